"""`python -m benchmarks.autopilot`: play every case with every proposer; write page, plots and raw results."""

from __future__ import annotations

import argparse
import fnmatch
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.autopilot import page, results
from benchmarks.autopilot.cases import Case, find
from benchmarks.autopilot.publish import publish
from benchmarks.autopilot.results import Results, collect
from benchmarks.autopilot.run import Plan, run, total
from benchmarks.autopilot.seeds import SeedSet
from controller.stack.checkout import checkout
from controller.trials.simulation.proposers import PROPOSERS

PUBLISHED: Final = Plan(SeedSet.FINAL, seeds=40, proposers=tuple(PROPOSERS))
QUICK: Final = Plan(SeedSet.DEV, seeds=2, proposers=("kalman", "static", "random", "coordinate"))
QUICK_CASES: Final = ("quadratic-3-low", "quadratic-5-low", "bent-3-high")


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.autopilot", description="Compare proposers.")
    add = made.add_argument
    add("--seeds", type=_positive, help=f"seeds per plant ({PUBLISHED.seeds})")
    add("--workers", type=_positive, default=2, help="processes (%(default)s)")
    add("--quick", action="store_true", help="a few cases and proposers on 2 dev seeds, to see that it works")
    add("--seed-set", type=SeedSet, choices=list(SeedSet), help="dev: what methods are tuned on (final)")
    add("--only", action="append", metavar="CASE", help="a name or pattern of cases; may be given again")
    add("--proposers", nargs="+", metavar="PROPOSER", help="names or patterns of proposers")
    add("--json", type=Path, metavar="FILE", help="write the raw results there, too")
    add("--out", type=Path, metavar="FOLDER", help="write page, plots and raw results there")
    add("--from", type=Path, metavar="FILE", dest="measured", help="play nothing, show these raw results")
    add("--list", action="store_true", help="say which cases there are, play nothing")
    return made


def main(given: list[str] | None = None) -> None:
    """Do what the command line asks for.

    Only the whole benchmark on final seeds replaces the published page. Anything else prints its tables, unless `--out`
    says where to write.
    """
    command = parser()
    arguments = command.parse_args(given)
    cases = find()
    if arguments.list:
        print("\n".join(f"{case.name}: {case.section}" for case in cases.values()))
        return
    base = QUICK if arguments.quick else PUBLISHED
    plan = Plan(
        arguments.seed_set or base.seed_set,
        arguments.seeds or base.seeds,
        _choose(command, "proposer", arguments.proposers or base.proposers, PROPOSERS),
    )
    patterns = arguments.only or (QUICK_CASES if arguments.quick else None)
    chosen = {name: cases[name] for name in _choose(command, "case", patterns, cases)}
    measured = results.load(arguments.measured) if arguments.measured else _measure(chosen, plan, arguments.workers)
    whole = not arguments.measured and plan == PUBLISHED and chosen == cases
    folder = arguments.out or (checkout() / "docs" / "benchmarks" if whole else None)
    if arguments.json:
        results.dump(measured, arguments.json)
    if folder is None:
        print(page.render(measured, cases), end="")
        return
    for path in publish(measured, cases, folder):
        print(f"wrote {path}")


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def _choose(
    command: argparse.ArgumentParser, what: str, patterns: Iterable[str] | None, known: Iterable[str]
) -> tuple[str, ...]:
    """Return the known names that some pattern fits, in their order; all without patterns."""
    names = tuple(known)
    if patterns is None:
        return names
    fits = {pattern: fnmatch.filter(names, pattern) for pattern in patterns}
    for pattern, found in fits.items():
        if not found:
            command.error(f"no {what} is called {pattern!r}; there are: {'; '.join(names)}")
    chosen = {name for found in fits.values() for name in found}
    return tuple(name for name in names if name in chosen)


def _measure(cases: Mapping[str, Case], plan: Plan, workers: int) -> Results:
    console = Console(stderr=True)
    columns = TextColumn("months"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total(cases, plan))
        return collect(plan.seed_set, run(cases, plan, workers=workers, done=lambda: progress.advance(task)))


if __name__ == "__main__":
    main()
