"""`python -m benchmarks.drift`: play every case; write the page and the raw results."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Final

from benchmarks.drift import page, results
from benchmarks.drift.run import Plan, run
from benchmarks.drift.seeds import SeedSet
from controller.stack.checkout import checkout

PUBLISHED: Final = Plan(SeedSet.FINAL, quiet=30, shifted=30, healthy=3, broken=2)
QUICK: Final = Plan(SeedSet.DEV, quiet=2, shifted=2, healthy=1, broken=1)
PAGE, JSON = "drift.md", "drift.json"


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.drift", description="Measure the drift monitors.")
    made.add_argument("--quick", action="store_true", help="2 dev seeds, to see that it works; prints the page")
    made.add_argument("--dev", action="store_true", help="dev seeds in place of final ones; prints the page")
    made.add_argument("--workers", type=int, default=2, help="processes (%(default)s)")
    made.add_argument("--from", type=Path, metavar="FILE", dest="measured", help="play nothing, show these raw results")
    made.add_argument("--out", type=Path, metavar="FOLDER", help="write page and raw results there")
    return made


def main(given: list[str] | None = None) -> None:
    """Do what the command line asks for; only the whole benchmark on final seeds replaces the published page."""
    arguments = parser().parse_args(given)
    plan = QUICK if arguments.quick else PUBLISHED
    if arguments.dev:
        plan = Plan(SeedSet.DEV, plan.quiet, plan.shifted, plan.healthy, plan.broken)
    began = time.perf_counter()
    raw = (
        results.load(arguments.measured)
        if arguments.measured
        else results.collect(plan.seed_set, run(plan, max(1, arguments.workers)))
    )
    folder = arguments.out or (checkout() / "docs" / "benchmarks" if plan == PUBLISHED else None)
    if folder is None:
        print(page.render(raw), end="")
        return
    folder.mkdir(parents=True, exist_ok=True)
    results.dump(raw, folder / JSON)
    (folder / PAGE).write_text(page.render(raw), encoding="utf-8")
    print(f"wrote {folder / PAGE} and {folder / JSON} after {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
