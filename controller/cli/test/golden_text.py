"""A report of golden cases for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.markup import escape

from controller.cli import tables
from controller.counted import counted
from controller.golden.baseline import Changes
from controller.golden.case import Case
from controller.golden.coverage import FileCoverage, ranges
from controller.golden.diff import table
from controller.golden.pool import Limits
from controller.golden.report import Report, Result
from controller.golden.value import listed

SHOWN = 5  # failing cases that are shown in full
SLOWEST = 3
_WORDS = {"failed": "FAILED", "error": "ERROR", "skipped": "NOT RUN"}


def show(
    cases: Sequence[Case],
    report: Report,
    found: Changes | None,
    covered: tuple[FileCoverage, ...] | None,
    limits: Limits,
) -> None:
    """Print what came of a run; warnings go to stderr."""
    out = tables.console()
    by_name = {case.name: case for case in cases}
    if report.unavailable is None:
        for result in report.failing[:SHOWN]:
            _failing(result, by_name[result.name])
        if len(report.failing) > SHOWN:
            out.print(f"and {len(report.failing) - SHOWN} more: {_names(report.failing[SHOWN:])}", markup=False)
        out.print(summary(report, limits.runs), style="green" if report.passed else "red", markup=False, soft_wrap=True)
        _slowest(report)
    if found is not None:
        _changes(found)
    if covered is not None:
        _coverage(covered)
    for warning in report.warnings:
        tables.console(stderr=True).print(f"warning: {warning}", markup=False)


def summary(report: Report, runs: int) -> str:
    """Return one line: how many cases, how they ended, how long it took, who answered."""
    total = len(report.results)
    kept = f", {report.cached} from the cache" if report.cached else ""
    often = {1: "once", 2: "twice"}.get(runs, f"{runs} times")
    how = f"in {report.seconds:.2f} s (each {often}{kept}), answered by {report.subject}"
    if report.passed:
        return f"{counted(total, 'golden case')} passed {how}"
    told = [(report.count("failed"), "failed"), (report.count("error"), "without an answer")]
    told += [(report.count("skipped"), "not run")]
    return f"{counted(total, 'golden case')}: {', '.join(f'{count} {word}' for count, word in told if count)} {how}"


def _failing(result: Result, case: Case) -> None:
    out = tables.console()
    word = _WORDS[result.outcome]
    out.print(f"[bold red]{word}[/bold red] {escape(result.name)} [dim]({escape(result.file)})[/dim]")
    for fault in result.faults:
        out.print(f"  {fault}", markup=False)
    values = ", ".join(f"{name}={value}" for name, value in result.values.items())
    out.print(f"  with {values}", style="dim", markup=False)
    expected = case.expect.equals
    if (
        result.outcome == "failed"
        and case.expect.exact
        and isinstance(expected, list)
        and isinstance(result.answer, list)
    ):
        rows = table(expected, result.answer)
        if len(rows) > 1:
            out.print(
                tables.table("", ("  position", "expected", "actual"), (("  " + row[0], *row[1:]) for row in rows))
            )


def _slowest(report: Report) -> None:
    asked = sorted((r for r in report.results if not r.cached), key=lambda r: r.seconds, reverse=True)[:SLOWEST]
    if asked and asked[0].seconds > 0:
        told = ", ".join(f"{result.name} {_milliseconds(result.seconds)}" for result in asked)
        tables.console().print(f"slowest: {told}", style="dim", markup=False, soft_wrap=True)


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _names(results: Sequence[Result]) -> str:
    return listed([result.name for result in results])


def _changes(found: Changes) -> None:
    out = tables.console()
    if not found.any:
        out.print("as in the baseline")
        return
    for title, names in (
        ("newly failing", found.failing),
        ("newly passing", found.passing),
        ("not in the baseline", found.new),
        ("only in the baseline", found.gone),
    ):
        if names:
            out.print(f"{title} ({len(names)}): {listed(list(names))}", markup=False)
    if found.answers:
        out.print(f"other answers than in the baseline ({len(found.answers)}):")
        for name, text in found.answers[:SHOWN]:
            out.print(f"  {name}: {text}", markup=False)
    for slower in found.slower[:SHOWN]:
        now, before = _milliseconds(slower.now), _milliseconds(slower.before)
        out.print(f"slower: {slower.name} took {before}, now {now}", style="yellow", markup=False)


def _coverage(covered: tuple[FileCoverage, ...]) -> None:
    out = tables.console()
    if not covered:
        out.print("no coverage was measured: the program ended before it could write its report", style="yellow")
        return
    rows = [
        (
            file.path,
            f"{file.lines - len(file.unreached)}/{file.lines}",
            f"{file.branches - len(file.branches_missed)}/{file.branches}",
            ranges(file.unreached) or "-",
        )
        for file in covered
    ]
    out.print(tables.table("Reached by the cases", ("file", "lines", "branches", "lines not reached"), rows))


def document(report: Report, found: Changes | None, covered: tuple[FileCoverage, ...] | None) -> dict[str, Any]:
    """Return a report for programs."""
    whole: dict[str, Any] = {
        "passed": report.passed,
        "unavailable": report.unavailable,
        "cases": len(report.results),
        "outcomes": {word: report.count(word) for word in ("passed", "failed", "error", "skipped")},
        "cached": report.cached,
        "seconds": round(report.seconds, 6),
        "subject": report.subject,
        "warnings": report.warnings,
        "results": [vars(result) for result in report.results],
    }
    if found is not None:
        whole["changes"] = {**vars(found), "slower": [vars(slower) for slower in found.slower]}
    if covered is not None:
        whole["coverage"] = [vars(file) for file in covered]
    return whole
