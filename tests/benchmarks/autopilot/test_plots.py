"""Plots are well-formed, name what they show, and are the same bytes every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.autopilot.plots import PLOTS
from benchmarks.autopilot.plots.plot import LOOKS, Plot
from benchmarks.autopilot.results import Results
from controller.trials.simulation.proposers import PROPOSERS

WORDS = {
    "autopilot-regret.svg": ("regret, 1 is static", "bent-5-low, daily", "random", "kalman"),
    "autopilot-course.svg": ("regret so far", "static: 1.00", "day"),
    "autopilot-predicted.svg": ("measured effect", "predicted effect", "inside the interval"),
}


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.file)
def test_a_plot_is_the_same_svg_every_time(plot: Plot, tiny: Results, tmp_path: Path) -> None:
    path = plot.write(tmp_path, tiny)
    first = path.read_bytes()
    assert plot.write(tmp_path, tiny).read_bytes() == first
    text = " ".join(" ".join(ET.fromstring(first).itertext()).split())  # noqa: S314 - made here
    for word in WORDS[plot.file]:
        assert word in text
    assert b"<dc:date>" not in first


def test_plots_of_one_case_are_left_out_without_it(tiny: Results) -> None:
    rest = replace(tiny, scores=tuple(score for score in tiny.scores if score.case != "quadratic-5-low"))
    assert [plot.possible(rest) for plot in PLOTS] == [True, False, False]


def test_every_proposer_has_a_look_of_its_own() -> None:
    assert set(LOOKS) == set(PROPOSERS)
    assert len(set(LOOKS.values())) == len(LOOKS)
