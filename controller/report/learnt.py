"""The response models in figures: what one step of each parameter does to each KPI, and what that rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from controller.config.config import Config
from controller.cycle import knowledge
from controller.decide.learner.accuracy import Z95
from controller.decide.learner.learner import Learner
from controller.journal import event as ev
from controller.journal.event import Event
from controller.journal.state import State, Trial
from controller.model import MarginUnit
from exporter.metric import Direction, Kpi
from exporter.parameter import Value, shown
from exporter.parameters import ParameterSpec, Values


@dataclass(frozen=True)
class Learnt:
    """What one step of a parameter does to a KPI, in the KPI's unit.

    Attributes:
        kpi, parameter: their names.
        step: the step, in words.
        effect: as the models have it now; `low` and `high` are its 95 % interval.
        prior: effect that was believed before any measurement, `prior_sd` its standard deviation.
        canaries: measured ones that moved the parameter.
    """

    kpi: str
    parameter: str
    step: str
    effect: float
    low: float
    high: float
    prior: float
    prior_sd: float
    canaries: int


@dataclass(frozen=True)
class Model:
    """The response model of one KPI.

    Attributes:
        kpi: its name.
        canaries: measured ones that it rests on.
        calibration: factor on its standard deviations, from past predictions; 1 is neither.
        doubts: how often the innovation check found that it is wrong, or that the service has changed.
    """

    kpi: str
    canaries: int
    calibration: float
    doubts: int


@dataclass(frozen=True)
class Ground:
    """What the figures are made from.

    Attributes:
        config: the configuration.
        state: the journal's end.
        margins: guardrails' margins in their KPIs' units, by KPI.
        known: what was learnt.
    """

    config: Config
    state: State
    margins: dict[str, float]
    known: Learner


@dataclass(frozen=True)
class _Taken:
    """A step: values before and after it, and how people read it."""

    start: Values
    end: Values
    words: str


def ground(config: Config, events: Sequence[Event], state: State, now: float) -> Ground:
    """Return everything that was learnt until `now`, unix seconds."""
    settled = margins(config, events)
    return Ground(config, state, settled, knowledge.learner(config, state, now, settled))


def margins(config: Config, events: Iterable[Event]) -> dict[str, float]:
    """Return guardrails' margins in their KPIs' units: as the last canary settled them, else as the file has them.

    A margin that the file gives in another unit stays unknown until a canary has settled it.
    """
    found = {item.kpi.name: item.margin for item in config.judged if item.margin_unit is MarginUnit.ABSOLUTE}
    for event in events:
        if isinstance(event.payload, ev.CanaryStarted):
            found |= event.payload.margins
    return found


def models(ground: Ground) -> tuple[Model, ...]:
    """Return the models, the primary KPI's first."""
    found = ((item.kpi.name, ground.known.responses[item.kpi.name]) for item in ground.config.judged)
    return tuple(Model(name, one.measured, one.calibration, one.doubts) for name, one in found)


def learnt(ground: Ground) -> tuple[Learnt, ...]:
    """Return what every parameter does to every KPI, at the values in force."""
    config = ground.config
    base = in_force(config, ground.state)
    return tuple(
        _learnt(ground, judged.kpi, spec.name, step)
        for judged in config.judged
        for spec in config.specs.specs
        for step in _steps(config, spec, base)
    )


def in_force(config: Config, state: State) -> Values:
    """Return the values in force of today's parameters; their default where none still fits."""
    found: dict[str, Value] = {}
    for spec in config.specs.specs:
        value = state.values.get(spec.name, spec.default)
        fits = value in spec.choices if spec.kind == "choice" else not isinstance(value, str)
        found[spec.name] = value if fits else spec.default
    return found


def _steps(config: Config, spec: ParameterSpec, base: Values) -> list[_Taken]:
    """Return the steps that a parameter can take.

    One step upwards, the last one below the hard bound where no more is left; for a choice every other one.
    """
    now = base[spec.name]
    if spec.kind == "choice":
        others = [name for name in spec.choices if name != now]
        return [_Taken(base, {**base, spec.name: name}, f"{shown(now)} -> {name}") for name in others]
    step = config.parameters[spec.name].step
    start = min(float(now), max(spec.low, spec.high - step))
    end = min(start + step, spec.high)
    words = f"{shown(_tidy(start))} -> {shown(_tidy(end))}"
    return [_Taken({**base, spec.name: start}, {**base, spec.name: end}, words)]


def _tidy(value: float) -> float:
    return float(f"{value:.12g}")


def _learnt(ground: Ground, kpi: Kpi, parameter: str, step: _Taken) -> Learnt:
    model = ground.known.responses[kpi.name]
    before, after = ground.known.space.rows([step.start, step.end])
    mean, variance = (float(part[0]) for part in model.effects(before, after[None]))
    half = Z95 * model.calibration * math.sqrt(variance)
    belief = ground.config.prior(parameter, kpi.name, ground.margins.get(kpi.name))
    sign = -1.0 if kpi.direction is Direction.LOWER else 1.0
    return Learnt(
        kpi=kpi.name,
        parameter=parameter,
        step=step.words,
        effect=mean,
        low=mean - half,
        high=mean + half,
        prior=sign * belief.mean + 0.0,
        prior_sd=belief.sd,
        canaries=sum(_moved(trial, parameter) and kpi.name in trial.effects for trial in ground.state.trials),
    )


def _moved(trial: Trial, parameter: str) -> bool:
    return trial.base.get(parameter) != trial.tried.get(parameter)
