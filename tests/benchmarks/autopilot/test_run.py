"""Every proposer plays the same plant on the same seeds, whatever the number of processes."""

from __future__ import annotations

import pytest

from benchmarks.autopilot.cases import Case
from benchmarks.autopilot.play import play
from benchmarks.autopilot.run import Plan, run, total
from benchmarks.autopilot.seeds import SeedSet
from controller.trials.simulation.load import maker
from controller.trials.simulation.proposers import proposer
from controller.trials.simulation.world import World

PLAN = Plan(SeedSet.DEV, seeds=2, proposers=("static", "random"))


def test_a_run_is_the_worlds_and_its_course_ends_at_its_regret(short: dict[str, Case]) -> None:
    case = short["quadratic-5-low"]
    static, random = play(case, ("static", "random"), 70_000)
    alone = World(maker(case.plant)(70_000), proposer("random"), case.setting, 70_000).run()
    assert random.result == alone
    assert random.result.regret is not None
    assert random.course[-1] == pytest.approx(random.result.regret)
    assert len(random.course) == case.setting.days
    assert static.course[-1] == pytest.approx(1.0)
    assert list(random.course) == sorted(random.course)
    assert random.pairs == ()


def test_predictions_are_paired_with_what_was_measured(short: dict[str, Case]) -> None:
    (ours,) = play(short["quadratic-5-low"], ("kalman",), 70_000)
    assert len(ours.pairs) == ours.result.canaries
    assert all(pair.low <= pair.effect <= pair.high for pair in ours.pairs)


def test_processes_change_nothing_but_the_time(short: dict[str, Case]) -> None:
    ticks: list[int] = []
    alone = run(short, PLAN, done=lambda: ticks.append(1))
    together = run(short, PLAN, workers=2)
    assert [(one.case, one.proposer, one.result, one.course) for one in alone] == [
        (one.case, one.proposer, one.result, one.course) for one in together
    ]
    assert len(ticks) == total(short, PLAN) == 3  # two seeds of the first case, one of the second
    assert [(one.case, one.proposer) for one in alone[-1:]] == [("bent-5-low, daily", "static")]


def test_a_failure_says_who_and_where(short: dict[str, Case], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: World, index: int) -> None:
        raise RuntimeError(f"broken at {index}")

    monkeypatch.setattr(World, "opportunity", broken)
    with pytest.raises(RuntimeError) as caught:
        run(short, PLAN)
    assert caught.value.__notes__ == ["proposer 'static' in case 'quadratic-5-low', seed 70000"]
