"""A few short months of real proposers, shared by the tests that show results."""

from __future__ import annotations

import pytest

from benchmarks.autopilot.cases import Case, Section
from benchmarks.autopilot.results import Results, collect
from benchmarks.autopilot.run import Plan, run
from benchmarks.autopilot.seeds import SeedSet
from controller.trials.simulation.setting import Setting

PLAN = Plan(SeedSet.DEV, seeds=4, proposers=("kalman", "static", "random"))


@pytest.fixture(scope="session")
def short() -> dict[str, Case]:
    """Return short cases of two sections; one of them on half of the seeds and by fewer proposers."""
    return {
        case.name: case
        for case in (
            Case("quadratic-5-low", Section.EFFECT, "quadratic-5-low", Setting(days=4)),
            Case(
                "bent-5-low, daily",
                Section.CADENCE,
                "bent-5-low",
                Setting(days=4, canaries_per_day=1.0),
                portion=0.5,
                proposers=("kalman", "static"),
            ),
        )
    }


@pytest.fixture(scope="session")
def tiny(short: dict[str, Case]) -> Results:
    """Return what they scored."""
    return collect(PLAN.seed_set, run(short, PLAN))
