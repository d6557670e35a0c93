"""The drift benchmark: its page from few seeds, its peers, and its raw results."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.drift import journal, page, plant, results, run
from benchmarks.drift.__main__ import PUBLISHED, main
from benchmarks.drift.detectors import DETECTORS
from benchmarks.drift.levels import WINDOW, Course
from benchmarks.drift.run import Done, Job
from benchmarks.drift.seeds import SeedSet, seeds
from controller.stack.checkout import checkout


def test_a_made_kpi_has_the_memory_season_and_shift_that_it_says() -> None:
    hours = Course(0.9, season=0.0).hours(1, 20_000)
    assert np.corrcoef(hours[:-1], hours[1:])[0, 1] == pytest.approx(0.9, abs=0.02)
    assert hours.std() == pytest.approx(1.0, abs=0.15)
    apart = Course(0.0, shift=2.0).hours(1, WINDOW + 10) - Course(0.0).hours(1, WINDOW + 10)
    assert np.allclose(apart, np.where(np.arange(WINDOW + 10) >= WINDOW, 2.0, 0.0))


def test_every_detector_finds_a_large_shift_and_ours_is_quiet_without_one() -> None:
    still = 0.01 * Course(0.0, season=0.0).hours(2, WINDOW)
    moved = still + np.where(np.arange(WINDOW) >= WINDOW - 24, 5.0, 0.0)
    last = still + np.where(np.arange(WINDOW) >= WINDOW - 1, 5.0, 0.0)
    assert not DETECTORS["ours"](still)
    for name, detector in DETECTORS.items():
        assert detector(last if name == "median +- 2 MAD" else moved), name


def test_a_broken_learner_is_noticed_and_a_run_repeats() -> None:
    found = journal.play("quadratic-3-low", "half an interval too high", 81_000, 60, 2.0)
    assert any(day >= journal.BREAKS for day in found.at)
    assert found == journal.play("quadratic-3-low", "half an interval too high", 81_000, 60, 2.0)


def test_figures_carry_their_errors() -> None:
    assert results.alarms([0, 1, 2, 1]) == "1.00 ± 0.41"
    assert results.delays([4, None, 8, 12]) == "75% @ 8 h"
    assert results.delays([None]) == "0%"
    runs: list[results.Raw] = [{"pauses": [[3.0, "failures"]]}, {"pauses": []}]
    assert results.pauses(runs) == (0.5, 0.5, {"failures": 1})
    assert results.noticed([{"pauses": [[10.0, "coverage"], [36.0, "coverage"]]}, {"pauses": []}]) == (1, 6.0)


def test_the_published_page_is_made_from_its_raw_results_on_final_seeds(tmp_path: Path) -> None:
    folder = checkout() / "docs" / "benchmarks"
    main(["--from", str(folder / "drift.json"), "--out", str(tmp_path)])
    assert (tmp_path / "drift.md").read_text(encoding="utf-8") == (folder / "drift.md").read_text(encoding="utf-8")
    raw = results.load(folder / "drift.json")
    assert raw["seed_set"] == SeedSet.FINAL
    assert {run_["seed"] for runs in raw["journal"]["healthy"].values() for run_ in runs} <= set(
        seeds(SeedSet.FINAL, 100)
    )
    rate, _, _ = results.pauses([one for runs in raw["journal"]["healthy"].values() for one in runs])
    assert rate < 1  # what docs/drift.md promises


def test_the_seeds_of_development_are_others() -> None:
    assert not set(seeds(SeedSet.DEV, 1000)) & set(seeds(SeedSet.FINAL, 1000))


def test_every_case_is_played_and_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = replace(PUBLISHED, quiet=1, shifted=1, healthy=1, broken=1)
    jobs = run.jobs(plan)
    assert {job.case for job in jobs} == {*run.QUIET, *run.SHIFTED, *journal.BROKEN}
    monkeypatch.setattr(plant, "MONTH", 8)
    quiet = run.play(Job("quiet", "memory 0", 0.0, "", 1))
    assert [seen.detector for seen in quiet.seen] == list(DETECTORS)
    done = [
        Done(job, quiet.seen if job.kind != "journal" else (), ((40.0, "coverage"),) if job.kind == "journal" else ())
        for job in jobs
    ]
    assert page.render(results.collect(SeedSet.DEV, done)).startswith("# Drift monitors, measured")
