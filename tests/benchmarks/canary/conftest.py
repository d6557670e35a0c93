"""One tiny run of everything, shared by the tests that show results."""

from __future__ import annotations

import pytest

from benchmarks.canary.families import find
from benchmarks.canary.results import Results
from benchmarks.canary.run import Plan, run
from benchmarks.canary.seeds import SeedSet
from tests.benchmarks.canary.simple import eager, hasty


@pytest.fixture(scope="session")
def tiny() -> Results:
    """Return what an eager judge and a hasty one answered to a few cases of every family."""
    plan = Plan(SeedSet.DEV, runs=8, rival_runs=4)
    return Results(plan.seeds, tuple(run(find(), {"ours": eager, "hasty": hasty}, plan)))
