"""Which cases there are."""

from __future__ import annotations

from benchmarks.autopilot.cases import SHOWN, Section, find
from controller.trials.simulation.plants import BUILTIN


def test_every_builtin_plant_is_played_twice_a_day_and_some_daily_and_as_series() -> None:
    cases = find()
    assert {case.plant for case in cases.values() if case.section is Section.EFFECT} == set(BUILTIN)
    assert {case.setting.canaries_per_day for case in cases.values() if case.section is Section.CADENCE} == {1.0}
    assert {case.setting.level for case in cases.values() if case.section is Section.SERIES} == {"series"}
    assert SHOWN in cases


def test_a_portion_of_the_seeds_is_at_least_one() -> None:
    daily = find()["quadratic-5-low, daily"]
    assert [daily.seeds(asked) for asked in (1, 2, 40)] == [1, 1, 20]
