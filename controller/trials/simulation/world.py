"""One simulated run: the plant's truth, a clock, canaries and verdicts, and a proposer that sees none of the truth.

Every opportunity: the levels are observed, the proposer chooses inside the box, the canary arm has the tried values
until the verdict promotes or reverts, and the values in force stay until the next opportunity. Faults may strike at any
of these steps; whatever they do, the hours count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from controller.model import Verdict
from controller.trials.simulation import gate, series
from controller.trials.simulation.box import SlidingBox, clipped
from controller.trials.simulation.faults import Struck
from controller.trials.simulation.ledger import Ledger
from controller.trials.simulation.measuring import LEVEL_SHARE, Canary, EffectMeasurer, Measured, Measurer, drawn
from controller.trials.simulation.plant import CheckedPlant
from controller.trials.simulation.record import Happened, Result, Tally, result, unexplained_error
from controller.trials.simulation.remembered import Remembered
from controller.trials.simulation.series import SeriesMeasurer
from controller.trials.simulation.setting import Setting as Setting  # noqa: PLC0414 - a world's own setting
from controller.trials.simulation.task import Estimate, Idea, MakeProposer, Task, Trial

LEASE_HOURS = 1 / 12  # until the arms of a dead controller fall back, as in autopilot.yaml


def task(plant: CheckedPlant, setting: Setting) -> Task:
    """Return what a proposer is told."""
    return Task(
        bounds=plant.bounds,
        start=plant.start,
        primary=plant.primary,
        limits=plant.limits,
        canary_se=plant.canary_se,
        level_se=plant.canary_se * LEVEL_SHARE,
        canaries_per_day=setting.canaries_per_day,
        needed=(gate if setting.level == "effect" else series).needed(setting.policy),
    )


class Moment(NamedTuple):
    """An opportunity: its true day, the day that the controller's clock shows, and what strikes."""

    day: float
    seen: float
    struck: Struck


class World:
    """A plant under one proposer.

    Args:
        plant: the truth.
        make: makes the proposer.
        setting: how the run goes.
        seed: of all randomness: measurement errors (stream 1), the proposer's own (2), faults (3).
    """

    def __init__(self, plant: CheckedPlant, make: MakeProposer, setting: Setting, seed: int) -> None:
        self._plant, self._setting, self._seed = plant, setting, seed
        self._noise = np.random.default_rng([seed, 1])
        told = task(plant, setting)
        self._proposer = Remembered(lambda: make(told, np.random.default_rng([seed, 2])))
        self._box = SlidingBox(plant.bounds, setting.max_step, setting.bounds)
        series = setting.level == "series"
        self._measurer: Measurer = (SeriesMeasurer if series else EffectMeasurer)(plant, setting.policy, self._noise)
        self._values: dict[str, float] = dict(plant.start)
        self.tally = Tally()
        self._ledger = Ledger(plant, self.tally)

    @property
    def values(self) -> dict[str, float]:
        """The values in force."""
        return dict(self._values)

    def run(self) -> Result:
        """Play all days; return the figures."""
        for index in range(round(self._setting.days * self._setting.canaries_per_day)):
            self.opportunity(index)
        return result(self._seed, self._plant, self.tally)

    def opportunity(self, index: int) -> None:
        """Observe, propose, try, decide; then the values in force stay until the next opportunity."""
        at = self._moment(index)
        levels = self._levels(at)
        self._proposer.observe(at.seen, self.values, levels)
        allowed = self._box.allowed(self._values, at.seen)
        if not levels:
            return self._nothing(at.day, None, "an outage of Prometheus: there are no levels")
        idea = self._proposer.propose(at.seen, self.values, allowed, np.random.default_rng([self._seed, 2, index]))
        tried = self._values if idea is None else clipped(idea.values, allowed, self._values)
        if idea is None or tried == self._values:
            return self._nothing(at.day, None, "nothing was proposed")
        if "golden" in at.struck.names:
            self.tally.faults["golden"] += 1
            return self._nothing(at.day, idea, "the golden cases refuse it")
        return self._try(
            at, idea, tried, {name: limit - levels[name].mean for name, limit in self._plant.limits.items()}
        )

    def _moment(self, index: int) -> Moment:
        day, struck = index / self._setting.canaries_per_day, self._setting.faults.strike(self._seed, index)
        if struck.clock:
            self.tally.faults["clock"] += 1
        return Moment(day, day + struck.clock / 24, struck)

    def _try(self, at: Moment, idea: Idea, tried: dict[str, float], room: Mapping[str, float]) -> None:
        base, primary = self.values, self._plant.primary
        now, then = self._plant.response(base, at.day), self._plant.response(tried, at.day)
        measured = self._measured(Canary(now, then, room), at.struck)
        trial = Trial(at.seen, base, tried, measured.effects, measured.verdict)
        if trial.promoted and (doubt := self._proposer.doubt(trial)) is not None:
            measured = replace(measured, verdict=Verdict.INCONCLUSIVE, reason=doubt)
            trial = replace(trial, verdict=Verdict.INCONCLUSIVE)
        safe, gain = self._plant.safe(then), then[primary] - now[primary]
        self.tally.happened.append(Happened(at.day, trial, idea, safe, gain, measured.reason))
        hours = self._setting.canary_hours * measured.lasted
        self._ledger.canary(at.day, base, tried, hours, self._setting.share)
        if trial.promoted:
            self._values = dict(tried)
        self._box.note(trial, unexplained_error(trial, idea, primary))
        self._proposer.learn(trial)
        if at.struck.ending() == "crash":
            self._proposer.restart()
        self._ledger.live(at.day, self._values, self._setting.hours - hours)

    def _measured(self, canary: Canary, struck: Struck) -> Measured:
        """Return what comes of a canary, whatever strikes it."""
        ending, blind = struck.ending(), Verdict.BLIND
        if ending is None:
            return self._measurer.measure(canary)
        self.tally.faults[ending] += 1
        if ending == "timeout":
            return self._measurer.measure(replace(canary, part=struck.part))
        if ending == "crash":
            lasted = min(1.0, struck.part + LEASE_HOURS / self._setting.canary_hours)
            return Measured({}, blind, "the controller died: the arms fell back with the lease", lasted)
        why = {"canary": "the canary arm broke", "prometheus": "an outage of Prometheus"}
        return Measured({}, blind, f"{why[ending]}: there is nothing to judge")

    def _nothing(self, day: float, idea: Idea | None, reason: str) -> None:
        self.tally.happened.append(Happened(day, None, idea, safe=True, true_gain=0.0, reason=reason))
        self._ledger.live(day, self._values, self._setting.hours)

    def _levels(self, at: Moment) -> dict[str, Estimate]:
        """Return the responses' measured levels, by response; none when an outage begins before them."""
        if "prometheus" in at.struck.names and at.struck.early:
            self.tally.faults["prometheus"] += 1
            return {}
        se = self._plant.canary_se * LEVEL_SHARE
        truth = self._plant.response(self._values, at.day)
        return {name: drawn(level, se, self._noise) for name, level in truth.items()}
