"""One case on one seed, by every proposer in turn: the same plant, whose best values are searched for only once."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import cache

from benchmarks.autopilot.cases import Case
from controller.trials.simulation.load import maker
from controller.trials.simulation.plant import CheckedPlant
from controller.trials.simulation.proposers import proposer
from controller.trials.simulation.record import Happened, Result, result
from controller.trials.simulation.setting import Setting
from controller.trials.simulation.task import MakeProposer
from controller.trials.simulation.world import World


@dataclass(frozen=True)
class Pair:
    """What was predicted of the primary response, and what the canary measured."""

    effect: float
    low: float
    high: float
    measured: float


@dataclass(frozen=True)
class Run:
    """A proposer's month on one seed.

    Attributes:
        case: its name.
        proposer: the proposer's name.
        result: the figures.
        seconds: of computation, without the search for the best values.
        course: regret from the beginning to the end of each day, as a share of static's over all days.
        pairs: predictions that were measured, in order.
    """

    case: str
    proposer: str
    result: Result
    seconds: float
    course: tuple[float, ...]
    pairs: tuple[Pair, ...]


def play(case: Case, proposers: tuple[str, ...], seed: int) -> list[Run]:
    """Return a run per proposer.

    Args:
        case: what is played.
        proposers: names.
        seed: of plant, measurements and proposers.
    """
    plant = maker(case.plant)(seed)
    for index in range(_count(case.setting)):
        plant.best(index / case.setting.canaries_per_day)
    return [_one(case, plant, name, seed) for name in proposers]


def _one(case: Case, plant: CheckedPlant, name: str, seed: int) -> Run:
    make = _maker(name)
    began = time.perf_counter()
    world = World(plant, make, case.setting, seed)
    lost: dict[int, float] = {}
    try:
        for index in range(_count(case.setting)):
            world.opportunity(index)
            lost[math.floor(index / case.setting.canaries_per_day)] = world.tally.regret
        figures = result(seed, plant, world.tally)
    except Exception as error:
        error.add_note(f"proposer {name!r} in case {case.name!r}, seed {seed}")
        raise
    seconds = time.perf_counter() - began
    static = world.tally.static_regret or 1.0
    course = tuple(lost[day] / static for day in sorted(lost))
    pairs = tuple(pair for one in world.tally.happened if (pair := _pair(one, plant.primary)))
    return Run(case.name, name, figures, seconds, course, pairs)


def _pair(one: Happened, primary: str) -> Pair | None:
    if one.trial is None or one.idea is None or primary not in one.trial.effects or primary not in one.idea.predicted:
        return None
    return Pair(*one.idea.predicted[primary], one.trial.effects[primary].mean)


def _count(setting: Setting) -> int:
    return round(setting.days * setting.canaries_per_day)


@cache
def _maker(name: str) -> MakeProposer:
    return proposer(name)
