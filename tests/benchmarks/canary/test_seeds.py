"""Cases depend on set, family and run alone, and no two of them share data."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.canary.seeds import DEV, FINAL, SeedSet, generator


def draw(seeds: SeedSet, family: str, run: int) -> float:
    return float(generator(seeds, family, run).standard_normal())


def test_every_set_family_and_run_has_its_own_data() -> None:
    assert len({DEV, FINAL}) == 2
    drawn = {draw(seeds, family, run) for seeds in SeedSet for family in ("rho 0", "rho 0.5") for run in range(50)}
    assert len(drawn) == 2 * 2 * 50


def test_another_process_draws_the_same() -> None:
    code = "from tests.benchmarks.canary.test_seeds import *; print(draw(SeedSet.FINAL, 'rho 0', 3))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(other.stdout) == draw(SeedSet.FINAL, "rho 0", 3)
