"""How each parameter stands with its bounds: what the journal and the configuration make of them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from controller.config.bounds import ParameterBounds, resolved
from controller.config.config import Config
from controller.cycle.returning import returning
from controller.decide.bounds.bound import Bounds, Frame, Sliding, fitted
from controller.decide.bounds.limits import Limits, values_of_day
from controller.decide.bounds.override import Override
from controller.journal.state import State
from controller.journal.state_bounds import BoundsRecord


@dataclass(frozen=True)
class Standing:
    """How one numeric parameter stands: its settings, what the journal knows, and what follows.

    Attributes:
        name: the parameter.
        settings: hard and initial bounds, floor and limits.
        record: what the journal knows.
        frame: hard bounds, floor and value in force.
        recorded: the sliding bounds as the journal has them, or as configured.
        sliding: the same brought inside the frame, with what decides when they move next.
    """

    name: str
    settings: ParameterBounds
    record: BoundsRecord
    frame: Frame
    recorded: Bounds
    sliding: Sliding

    @property
    def exhausted(self) -> bool:
        """Whether contractions have brought the bounds down to their floor."""
        return self.sliding.contractions > 0 and self.frame.at_floor(self.sliding.bounds)

    def override(self, now: float) -> Override | None:
        """Return the override that is in force at a time, None when there is none."""
        found = self.record.override
        return found if found is not None and found.in_force(now) else None


def standing(config: Config, state: State, name: str) -> Standing | None:
    """Return how a parameter stands; None for a choice, which has no bounds that slide.

    Raises:
        KeyError: no such parameter is configured.
    """
    section = config.parameters[name]
    value = state.values.get(name, section.default)
    if isinstance(value, str) or isinstance(section.default, str):
        return None
    settings = resolved(section, config.bounds.floor)
    record = state.bounds.get(name, BoundsRecord())
    frame = Frame(settings.hard, settings.floor, float(value))
    recorded = record.bounds or settings.initial
    sliding = Sliding(
        bounds=fitted(recorded, frame),
        since=max(record.since, state.began_at),
        rollbacks=record.rollbacks,
        contractions=record.contractions,
        adjusted_at=record.adjusted_at,
    )
    return Standing(name, settings, record, frame, recorded, sliding)


def standings(config: Config, state: State) -> Iterator[Standing]:
    """Yield how every numeric parameter stands, in the order of the configuration."""
    for name in config.parameters:
        if (found := standing(config, state, name)) is not None:
            yield found


def limits(config: Config, state: State, name: str, now: float) -> Limits | None:
    """Return everything that limits a parameter at unix time `now`; None for a choice. Raises KeyError."""
    found = standing(config, state, name)
    if found is None:
        return None
    override = found.override(now)
    value = found.frame.value
    return Limits(
        spec=config.specs.get(name),
        value=value,
        sliding=found.sliding.bounds if override is None else override.bounds,
        overridden=override is not None,
        max_step=found.settings.max_step,
        daily_limit=found.settings.daily_limit,
        day=values_of_day(found.record.moves, value, now),
        share=returning(config, state, now).fraction,
    )
