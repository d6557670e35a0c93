"""`python -m benchmarks.canary`: measure every judge on every family; write page, plots and raw results."""

from __future__ import annotations

import argparse
import fnmatch
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.canary import judges, page, results
from benchmarks.canary.families import find
from benchmarks.canary.family import Family
from benchmarks.canary.publish import publish
from benchmarks.canary.results import Results
from benchmarks.canary.run import Plan, run, total
from benchmarks.canary.seeds import SeedSet
from controller.decide.case import Judge
from controller.stack.checkout import checkout

PUBLISHED: Final = Plan(SeedSet.FINAL, runs=2000, rival_runs=1000)


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.canary", description="Compare canary judges.")
    add = made.add_argument
    add("--runs", type=_positive, default=PUBLISHED.runs, help="canaries per family for ours (%(default)s)")
    add("--rival-runs", type=_positive, default=PUBLISHED.rival_runs, help="and for the others (%(default)s)")
    add(
        "--seed-set",
        type=SeedSet,
        choices=list(SeedSet),
        default=PUBLISHED.seeds,
        help="dev: what methods are tuned on",
    )
    add("--only", action="append", metavar="FAMILY", help="a name or pattern of families; may be given again")
    add("--judges", nargs="+", metavar="JUDGE", help="names or patterns of judges")
    add("--jobs", type=_positive, default=2, help="processes (%(default)s)")
    add("--json", type=Path, metavar="FILE", help="write the raw results there, too")
    add("--out", type=Path, metavar="FOLDER", help="write page, plots and raw results there")
    add("--from", type=Path, metavar="FILE", dest="measured", help="measure nothing, show these raw results")
    add("--list", action="store_true", help="say which families there are, measure nothing")
    return made


def main(given: list[str] | None = None) -> None:
    """Do what the command line asks for.

    Only the whole benchmark on final seeds replaces the published page. Anything else prints its tables, unless `--out`
    says where to write.
    """
    command = parser()
    arguments = command.parse_args(given)
    families = find()
    if arguments.list:
        print("\n".join(f"{family.name}: {family.description}" for family in families.values()))
        return
    known = judges.find()
    plan = Plan(arguments.seed_set, arguments.runs, arguments.rival_runs)
    if arguments.measured:
        measured = results.load(arguments.measured)
    else:
        chosen = {name: families[name] for name in _choose(command, "family", arguments.only, families)}
        judged = {name: known[name] for name in _choose(command, "judge", arguments.judges, known)}
        measured = _measure(chosen, judged, plan, arguments.jobs)
    whole = not (arguments.measured or arguments.only or arguments.judges) and plan == PUBLISHED
    folder = arguments.out or (checkout() / "docs" / "benchmarks" if whole else None)
    if arguments.json:
        results.dump(measured, families, arguments.json)
    if folder is None:
        print(page.render(measured, families), end="")
        return
    for path in publish(measured, families, known[judges.OURS], folder):
        print(f"wrote {path}")


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def _choose(
    command: argparse.ArgumentParser, what: str, patterns: Iterable[str] | None, known: Iterable[str]
) -> list[str]:
    """Return the known names that some pattern fits, in their order; all without patterns."""
    names = list(known)
    if patterns is None:
        return names
    fits = {pattern: fnmatch.filter(names, pattern) for pattern in patterns}
    for pattern, found in fits.items():
        if not found:
            command.error(f"no {what} is called {pattern!r}; there are: {'; '.join(names)}")
    chosen = {name for found in fits.values() for name in found}
    return [name for name in names if name in chosen]


def _measure(families: Mapping[str, Family], known: Mapping[str, Judge], plan: Plan, jobs: int) -> Results:
    console = Console(stderr=True)
    columns = TextColumn("canaries"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total(families, known, plan))

        def done(cases: int) -> None:
            progress.advance(task, cases)

        return Results(plan.seeds, tuple(run(families, known, plan, jobs=jobs, done=done)))


if __name__ == "__main__":
    main()
