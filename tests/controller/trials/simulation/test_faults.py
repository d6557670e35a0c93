"""Faults strike as often as they should, and whatever strikes, every hour counts and nothing is learnt from nothing."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, fields
from itertools import pairwise
from typing import Any

import pytest

from controller.errors import ConfigError
from controller.model import Verdict
from controller.trials.simulation.faults import MOST_HOURS, PRESETS, Faults, preset
from controller.trials.simulation.record import Result
from controller.trials.simulation.task import Task
from controller.trials.simulation.world import LEASE_HOURS, Setting, World
from tests.controller.decide.series import at_least, at_most
from tests.controller.trials.simulation.plant_of_tests import BOUNDS, Says, anywhere, bowl, line, up

NAMES = [field.name for field in fields(Faults)]


class Kept:
    """A maker that keeps the proposers it makes."""

    def __init__(self, answer: Any = up) -> None:
        self._answer = answer
        self.made: list[Says] = []

    def __call__(self, task: Task, rng: object) -> Says:  # noqa: ARG002
        self.made.append(Says(self._answer))
        return self.made[-1]


def _played(faults: Faults, kept: Kept, level: str = "effect") -> tuple[World, Result]:
    setting = Setting(
        days=10, canaries_per_day=1, canary_hours=2, faults=faults, level="series" if level == "series" else "effect"
    )
    world = World(bowl(), kept, setting, 0)
    return world, world.run()


def test_each_fault_strikes_as_often_as_its_chance() -> None:
    chances = Faults(canary=0.1, golden=0.2, prometheus=0.3, crash=0.05, timeout=0.5, clock=0.02)
    runs, seen = 4000, Counter[str]()
    for index in range(runs):
        seen.update(chances.strike(0, index).names)
    for name, chance in asdict(chances).items():
        assert at_least(chance, runs) <= seen[name] <= at_most(chance, runs)


def test_what_strikes_depends_on_seed_and_opportunity_alone() -> None:
    many = preset("many")
    assert [many.strike(1, index) for index in range(50)] == [many.strike(1, index) for index in range(50)]
    assert [many.strike(1, index) for index in range(50)] != [many.strike(2, index) for index in range(50)]


def test_a_clock_jumps_forward_and_back_by_hours() -> None:
    jumps = [Faults(clock=1.0).strike(0, index).clock for index in range(200)]
    assert all(1.0 <= abs(jump) <= MOST_HOURS for jump in jumps)
    assert 60 < sum(jump > 0 for jump in jumps) < 140


def test_without_faults_a_run_is_the_one_without_the_injector() -> None:
    _, found = _played(preset("none"), Kept())
    assert found.faults == {}
    assert found == _played(Faults(), Kept())[1]


@pytest.mark.parametrize("level", ["effect", "series"])
def test_a_canary_that_breaks_is_blind_teaches_nothing_and_costs_its_hours(level: str) -> None:
    kept = Kept()
    world, found = _played(Faults(canary=1.0), kept, level)
    assert found.faults == {"canary": 10}
    assert (found.canaries, found.promotions, found.rollbacks, found.predictions) == (10, 0, 0, 0)
    assert all(trial.verdict is Verdict.BLIND and not trial.effects for trial in kept.made[0].trials)
    assert len(kept.made[0].trials) == 10
    assert world.values == bowl().start
    assert found.regret is not None
    assert found.regret < 1.0  # the canary arm had the better values


def test_blind_canaries_are_unsafe_for_their_whole_length() -> None:
    """The last canaries try 0.6, beyond the limit: 2 h of a fifth of the units each."""
    setting = Setting(days=3, canaries_per_day=1, canary_hours=2, max_step=0.6, faults=Faults(canary=1.0))
    found = World(line(), Kept(), setting, 0).run()
    assert found.unsafe_canary_hours == pytest.approx(3 * 2 * 0.2)


def test_what_the_golden_cases_refuse_gets_no_canary() -> None:
    kept = Kept()
    world, found = _played(Faults(golden=1.0), kept)
    assert found.faults == {"golden": 10}
    assert (found.canaries, found.regret) == (0, 1.0)
    assert kept.made[0].trials == []
    assert all(one.idea is not None and "golden" in one.reason for one in world.tally.happened)


def test_an_outage_leaves_no_levels_and_no_canary_or_a_blind_one() -> None:
    kept = Kept()
    world, found = _played(Faults(prometheus=1.0), kept)
    assert found.faults == {"prometheus": 10}
    unseen = [day for day, _, levels in kept.made[0].levels if not levels]
    assert 0 < len(unseen) < 10
    assert found.canaries == 10 - len(unseen)
    assert all(trial.verdict is Verdict.BLIND for trial in kept.made[0].trials)
    assert [one.day for one in world.tally.happened if one.trial is None] == unseen


def test_a_crash_ends_the_canary_with_the_lease_and_the_memory_is_rebuilt() -> None:
    kept = Kept(anywhere)
    world, found = _played(Faults(crash=1.0), kept)
    assert found.faults == {"crash": 10}
    assert found.promotions == 0
    assert len(kept.made) == 11
    last = kept.made[-1]
    assert len(last.levels) == len(last.trials) == 10
    assert [trial.day for trial in last.trials] == [float(day) for day in range(10)]
    assert world.values == bowl().start


def test_a_crashed_canary_lasts_until_the_lease_is_over_and_no_longer_than_planned() -> None:
    setting = Setting(days=40, canaries_per_day=1, canary_hours=1, max_step=0.6, faults=Faults(crash=1.0))
    found = World(line(), Kept(), setting, 0).run()
    parts = [min(1.0, Faults(crash=1.0).strike(0, index).part + LEASE_HOURS) for index in range(40)]
    assert found.unsafe_canary_hours == pytest.approx(0.2 * math.fsum(parts))
    assert found.unsafe_canary_hours < 40 * 0.2


@pytest.mark.parametrize("level", ["effect", "series"])
def test_a_canary_that_times_out_measures_less_well_and_is_shorter(level: str) -> None:
    kept = Kept()
    world, found = _played(Faults(timeout=1.0), kept, level)
    assert found.faults == {"timeout": 10}
    if level == "effect":  # at series level it may have been decided before
        assert found.promotions == 0
        assert world.values == bowl().start
    assert all(trial.effects["value"].se > 0.1 for trial in kept.made[0].trials)
    assert any(trial.verdict is Verdict.INCONCLUSIVE for trial in kept.made[0].trials)
    assert [trial.day for trial in kept.made[0].trials] == [float(day) for day in range(10)]


def test_a_clock_that_jumps_breaks_nothing() -> None:
    kept = Kept(anywhere)
    world, found = _played(Faults(clock=1.0), kept)
    assert found.faults == {"clock": 10}
    seen = [day for day, _, _ in kept.made[0].levels]
    assert any(later < earlier for earlier, later in pairwise(seen))
    assert [one.day for one in world.tally.happened] == [float(day) for day in range(10)]
    for one in world.tally.happened:
        assert one.trial is not None
        assert all(low <= one.trial.tried[name] <= high for name, (low, high) in BOUNDS.items())


def test_many_faults_at_once_leave_every_opportunity_booked() -> None:
    setting = Setting(days=30, faults=preset("many"))
    world = World(bowl(), Kept(anywhere), setting, 1)
    found = world.run()
    assert len(world.tally.happened) == 60
    assert set(found.faults) == set(NAMES)
    assert world.tally.static_regret == pytest.approx(30 * 24 * (3.0 - bowl().response(bowl().start, 0.0)["value"]))


@pytest.mark.parametrize("wrong", [-0.1, 1.1, math.nan])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_chance_is_refused(name: str, wrong: float) -> None:
    with pytest.raises(ConfigError, match=f"faults: {name} is"):
        Faults(**{name: wrong})


def test_presets_have_names() -> None:
    assert preset("none") == Faults()
    assert asdict(PRESETS["some"])["crash"] < asdict(PRESETS["many"])["crash"]
    with pytest.raises(ConfigError, match="did you mean 'many'"):
        preset("manny")
    with pytest.raises(ConfigError, match="known are none, some, many"):
        preset("zzz")
