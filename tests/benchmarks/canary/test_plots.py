"""Plots are well-formed, name what they show, and are the same bytes every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from scipy import stats

from benchmarks.canary.build import PLANNED
from benchmarks.canary.families import find
from benchmarks.canary.plots import PLOTS, one_canary, peeking, power
from benchmarks.canary.plots.plot import Plot
from benchmarks.canary.results import Results
from benchmarks.canary.seeds import SeedSet
from controller.model import Verdict
from tests.benchmarks.canary.simple import eager

WORDS = {
    "canary-false-decisions.svg": ("false decisions", "rho 0.9, 1 h history", "hasty", "ours"),
    "canary-power.svg": ("minutes of canary", "effect found so far", "rho 0.5, benefit 1 sd"),
    "canary-one.svg": ("estimate", "boundary to cross", "minutes of canary", "proceed at"),
    "canary-peeking.svg": ("Welch at every look, rho 0.5", "ours, rho 0.5", "minutes of canary"),
}


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peeking, "_CASES", 20)
    monkeypatch.setattr(one_canary, "_TRIED", 5)


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.file)
def test_a_plot_is_the_same_svg_every_time(plot: Plot, tiny: Results, tmp_path: Path) -> None:
    path = plot.write(tmp_path, tiny, eager)
    first = path.read_bytes()
    assert plot.write(tmp_path, tiny, eager).read_bytes() == first
    text = " ".join(" ".join(ET.fromstring(first).itertext()).split())  # noqa: S314 - made here
    for word in WORDS[plot.file]:
        assert word in text
    assert b"<dc:date>" not in first


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.file)
def test_a_plot_is_left_out_without_its_families_or_ours(plot: Plot, tiny: Results) -> None:
    assert plot.possible(tiny)
    assert not plot.possible(replace(tiny, tallies=tuple(t for t in tiny.tallies if t.judge != "ours")))
    if plot.needs:
        assert not plot.possible(replace(tiny, tallies=tuple(t for t in tiny.tallies if t.family != plot.needs[0])))


def test_effects_found_only_grow_to_the_final_share(tiny: Results) -> None:
    tally = tiny.get("5 metrics, guardrail harm 2 sd", "ours")
    assert tally is not None
    _, found, low, high = power.found_by(tally, frozenset({Verdict.ROLLBACK}))
    assert found[0] == 0.0
    assert (np.diff(found) >= 0).all()
    assert found[-1] == 100 * tally.share(Verdict.ROLLBACK).rate
    assert ((low <= found) & (found <= high)).all()


def test_welch_at_the_end_is_scipys() -> None:
    metrics = [find()["rho 0.5"].case(SeedSet.DEV, run).metrics[0] for run in range(20)]
    arms = np.stack([[metric.canary, metric.comparison] for metric in metrics])
    ours = peeking._welch(arms)
    for end in (20, 57, PLANNED):
        theirs = stats.ttest_ind(arms[:, 0, :end], arms[:, 1, :end], axis=1, equal_var=False).pvalue
        assert ours[:, end - 1] == pytest.approx(theirs, rel=1e-6)


def test_peeking_only_adds_alarms() -> None:
    by_now = peeking.alarms(find()["rho 0.5"], SeedSet.DEV, 40)
    assert by_now[18] == 0.0
    assert (np.diff(by_now) >= 0).all()
    assert by_now[-1] > 50


def test_a_canary_is_watched_until_it_decides() -> None:
    family = find()["rho 0.5, benefit 1 sd"]
    case = one_canary.typical(eager, family, SeedSet.DEV)
    looks = one_canary.watch(eager, case)
    assert looks.end.verdict is Verdict.PROCEED
    assert looks.minutes[-1] == (looks.end.decided_at or 0) * 0.25 + 0.25
    assert (np.diff(looks.high - looks.low) < 0).all()
    assert looks.low[-1] > 0 >= looks.low[-2]
