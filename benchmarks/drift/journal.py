"""Plays the monitors of the journal on simulated autopilots: how often a healthy one pauses, how soon a broken one.

The autopilot is the simulation's (`controller/trials/simulation`, effect level). A broken one proposes by the same
models, but what it says of its proposals is wrong, from a day on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from controller.decide.drift import outcomes, prediction
from controller.decide.drift.backoff import length, remaining
from controller.decide.drift.outcomes import Ended
from controller.decide.drift.policy import DriftPolicy
from controller.decide.drift.prediction import Dated
from controller.decide.drift.reading import Reading
from controller.decide.learner.accuracy import Held
from controller.model import Verdict
from controller.trials.simulation.load import maker
from controller.trials.simulation.proposers.kalman import Kalman
from controller.trials.simulation.record import Happened
from controller.trials.simulation.setting import Setting
from controller.trials.simulation.task import Box, Idea, MakeProposer, Range, Task, Values
from controller.trials.simulation.world import World
from exporter.seconds import DAY

Z95 = 1.959964
BREAKS: Final = 30.0  # day from which a broken one is broken
POLICY: Final = DriftPolicy()
ENDINGS: Final = {
    Verdict.PROCEED: "promoted",
    Verdict.ROLLBACK: "rolled_back",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.BLIND: "blind",
}

Break = Callable[[Range], Range]


def _scaled(factor: float) -> Break:
    return lambda found: Range(
        found.effect * factor, *(found.effect * factor + end - found.effect for end in found[1:])
    )


def _too_high(found: Range) -> Range:
    return Range(*(each + found.high - found.effect for each in found))


def _as_it_is(found: Range) -> Range:
    return found


BROKEN: Final[dict[str, Break]] = {
    "healthy": _as_it_is,
    "sign flipped": _scaled(-1.0),
    "effects 3 times too large": _scaled(3.0),
    "half an interval too high": _too_high,
}


class Broken(Kalman):
    """Proposes as ever, and says what is not so."""

    def __init__(self, task: Task, wrong: Break) -> None:
        super().__init__(task)
        self._wrong = wrong

    def propose(self, day: float, values: Values, box: Box, rng: np.random.Generator) -> Idea | None:
        """Return the proposal with wrong predictions, from a day on."""
        idea = super().propose(day, values, box, rng)
        if idea is None or day < BREAKS:
            return idea
        return replace(idea, predicted={name: self._wrong(one) for name, one in idea.predicted.items()})


@dataclass(frozen=True)
class Paused:
    """When a simulated autopilot was paused, in days, why, and how many days it ran."""

    at: tuple[float, ...]
    causes: tuple[str, ...]
    days: int


def play(plant: str, wrong: str, seed: int, days: int, canaries_per_day: float) -> Paused:
    """Return the pauses of one autopilot."""

    def make(task: Task, rng: np.random.Generator) -> Broken:
        del rng
        return Broken(task, BROKEN[wrong])

    made: MakeProposer = make
    made_plant = maker(plant)(seed)
    world = World(made_plant, made, Setting(days=days, canaries_per_day=canaries_per_day), seed)
    world.run()
    return watched(world.tally.happened, made_plant.canary_se, days)


def watched(happened: Sequence[Happened], error: float, days: int) -> Paused:
    """Return the pauses that the monitors order, canary by canary; what happens in a pause is left out.

    Args:
        happened: opportunities, in order.
        error: standard error of a full canary.
        days: how long it ran.
    """
    kpis = sorted({name for one in happened if one.idea is not None for name in one.idea.predicted})
    pairs: dict[str, list[Dated]] = {kpi: [] for kpi in kpis}
    ended: list[Ended] = []
    known, since, until, strikes = 0, -np.inf, -np.inf, 0
    at, causes = [], []
    for one in happened:
        now = one.day * DAY
        if now < until or one.trial is None:
            continue
        ended.append(Ended(now, ENDINGS[one.trial.verdict]))
        if one.trial.effects:
            known += 1
            for kpi, (effect, low, high) in (one.idea.predicted if one.idea else {}).items():
                if kpi in one.trial.effects:
                    true = np.sqrt(np.maximum(((high - low) / 2 / Z95) ** 2 - error**2, 0.0)) * Z95
                    pairs[kpi].append(
                        Dated(now, Held(effect, low, high, effect - true, effect + true, *one.trial.effects[kpi]))
                    )
        drifted = next((reading for reading in _readings(pairs, ended, known, since, now) if reading.drifted), None)
        if drifted is not None:
            at.append(one.day)
            causes.append(str(drifted.cause))
            strikes = remaining(strikes, until if np.isfinite(until) else None, POLICY.pause, now) + 1
            since, until = now, now + length(strikes, POLICY.pause)
    return Paused(tuple(at), tuple(causes), days)


def _readings(pairs: dict[str, list[Dated]], ended: list[Ended], known: int, since: float, now: float) -> list[Reading]:
    every = sorted((pair for one in pairs.values() for pair in one), key=lambda pair: pair.at)
    tests = len(pairs) + 1
    found = [outcomes.failures(ended, POLICY.failures, since), outcomes.rollbacks(ended, POLICY.rollbacks, since, now)]
    found.append(prediction.coverage("", every, POLICY.coverage, tests=tests, since=since, now=now))
    for kpi, one in pairs.items():
        found.append(prediction.coverage(kpi, one, POLICY.coverage, tests=tests, since=since, now=now))
        found.append(prediction.error(kpi, one, POLICY.prediction, known=known, since=since, now=now))
    return found
