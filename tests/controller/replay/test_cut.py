"""Windows are cut where nothing was changed, do not overlap, and are the canaries that a live look would have seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.adapters.evidence import inside
from controller.decide import sequence
from controller.decide.trace import gap
from controller.model import Window
from controller.replay.cut import Plan, case, exposed, placebos
from controller.replay.record import Record
from tests.controller.replay.ground import STEP, STOCK, T0, record

PLAN = Plan(length=40, lead=3, history=200, every=40)


def _window(first: int, last: int) -> Window:
    return Window(T0 + first * STEP, T0 + last * STEP)


def _all(found: Record, plan: Plan = PLAN) -> tuple[list[tuple[int, int]], int]:
    cuts, left_out = placebos(found, _window(200, found.times.size - 1), plan)
    return [(int(cut.points[0]), int(cut.points[-1])) for cut in cuts], left_out


def test_a_plan_counts_a_warm_up_and_one_point_more_in_whole_points() -> None:
    assert Plan.of(15.0, length=120, warmup=30, history=3600, every=1800) == Plan(120, 3, 240, 120)
    assert Plan.of(15.0, length=120, warmup=31, history=3600, every=1) == Plan(120, 4, 240, 1)
    assert Plan.of(1.0, length=120, warmup=0.3, history=10, every=0.1) == Plan(120, 2, 10, 1)


def test_windows_follow_each_other_without_overlap_as_long_as_a_whole_one_fits() -> None:
    assert _all(record(326)) == ([(203, 242), (243, 282), (283, 322)], 0)
    assert _all(record(323)) == ([(203, 242), (243, 282), (283, 322)], 0)
    assert _all(record(322)) == ([(203, 242), (243, 282)], 0)
    assert _all(record(242)) == ([], 0)


def test_a_window_in_which_a_canary_ran_is_left_out() -> None:
    assert _all(record(323, better=slice(250, 255))) == ([(203, 242), (283, 322)], 1)
    assert _all(record(323, better=slice(240, 241))) == ([(283, 322)], 2)  # in one's points, in the other's warm-up


@given(st.lists(st.tuples(st.integers(0, 599), st.integers(1, 60)), max_size=4), st.integers(1, 90), st.integers(1, 90))
def test_no_judged_point_and_no_history_point_is_one_of_a_canary(
    ran: list[tuple[int, int]], length: int, every: int
) -> None:
    found = record(600)
    for start, size in ran:
        found.same[start : start + size] = False
    plan = Plan(length, 3, 200, every)
    cuts, left_out = placebos(found, _window(0, 599), plan)
    assert len(cuts) + left_out == max(0, (600 - length - 3) // every + 1)
    for cut in cuts:
        assert found.same[cut.points].all()
        assert cut.points.size == length
        kept = np.arange(cut.past.start, cut.past.stop)[cut.history]
        assert found.same[kept].all()
        assert not kept.size or found.times[kept[-1]] < cut.start
        assert cut.past.stop == cut.points[0]


def test_a_real_canary_has_the_points_that_a_live_look_would_keep() -> None:
    """Held once; off the grid; the history before it has a canary and a missing stretch."""
    found = record(600, better=slice(100, 130), missing=slice(450, 455))
    windows = (Window(T0 + 400.4 * STEP, T0 + 440 * STEP), Window(T0 + 447.1 * STEP, T0 + 480 * STEP))
    cut = exposed(found, "c", windows, warmup=30.0, history=350 * STEP)
    keep = inside(found.times, windows, after=30.0 + STEP)
    before = (found.times >= windows[0].start - 350 * STEP) & (found.times <= windows[0].start - STEP / 2) & found.same
    for item, course in zip(sequence.evidence(case(found, cut, planned=999, alpha=0.05)), found.courses, strict=True):
        canary, history = course.paired(found.times, keep > 0), course.paired(found.times, before)
        assert np.allclose(item.canary.values, canary.values, rtol=1e-14)
        unknown = int(canary.trials is not None)  # the first increment
        assert np.allclose(item.history.values, history.values[unknown:], rtol=1e-14)
        assert item.history.count == 349 - 30 - unknown  # the first is 349.4 steps before the start
        assert (item.canary.expected, item.canary.count) == (canary.expected, canary.expected - 4)
        assert gap(item.history, item.canary) == gap(history, canary) == 5
        if canary.trials is not None:
            assert item.canary.trials is not None
            assert np.array_equal(item.canary.trials, canary.trials)


def test_a_canary_that_ended_in_its_warm_up_has_no_points() -> None:
    cut = exposed(record(100), "c", (Window(T0 + 50 * STEP, T0 + 51 * STEP),), warmup=30.0, history=20 * STEP)
    assert cut.points.size == 0
    assert cut.history.sum() == 20


def test_a_guardrail_with_a_limit_is_judged_by_what_is_left_at_the_start() -> None:
    plain = record(600)
    sales, stock = plain.courses
    limited = replace(stock, judged=replace(stock.judged, limit=STOCK - 1.5))  # its margin is 2
    found = replace(plain, courses=(sales, limited))
    (cut, *_), _ = placebos(found, _window(200, 599), PLAN)
    main, rail = case(found, cut, planned=40, alpha=0.05).metrics
    history = limited.paired(found.times, np.isin(np.arange(600), np.arange(600)[cut.past][cut.history]))
    room = history.mean(1) - (STOCK - 1.5)
    assert [rail.margin, rail.tolerated] == pytest.approx([room, room])
    assert (main.margin, main.tolerated) == (sales.judged.margin, 0.0)
    before, after = (case(one, cut, planned=40, alpha=0.05).metrics[1] for one in (plain, found))
    assert (before.margin, before.tolerated) == (2.0, 0.0)
    np.testing.assert_array_equal(before.history_comparison, after.history_comparison)
