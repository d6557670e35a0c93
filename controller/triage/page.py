"""A report as Markdown: what to do first, then what it rests on. Nothing in it can do more than be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from controller.duration import duration
from controller.moment import moment
from controller.report.markdown import page as whole
from controller.report.markdown import table
from controller.triage.done import Done
from controller.triage.failure import Failure
from controller.triage.follow import Followed
from controller.triage.page_correlations import correlations
from controller.triage.page_done import told
from controller.triage.pattern import Pattern
from controller.triage.report import Report
from controller.triage.safe import cell, safe
from controller.triage.strength import digits
from controller.triage.suggestion import Suggestion, numbers
from controller.triage.words import around, points

MOST_FAILURES = 200  # that are listed one by one, the newest


def page(report: Report, done: Done = Done()) -> str:  # noqa: B008 - frozen
    """Return the report as a page."""
    parts = (
        _head(report, done),
        _todo(report),
        _categories(report),
        _patterns(report),
        correlations(report.correlations),
        _followed(report.followed),
        told(done),
        _failures(report.failures),
    )
    lines = [line for part in parts for line in (*part, "")]
    return whole(lines)


def _head(report: Report, done: Done) -> Iterator[str]:
    yield f"# Triage of {safe(report.service)}"
    yield ""
    came = f"; {safe(done.line)}" if done.line else ""
    yield f"From {moment(report.since)} to {moment(report.until)} UTC: {report.line}{came}."
    for note in report.notes:
        yield ""
        yield f"Note: {safe(note)}."


def _todo(report: Report) -> Iterator[str]:
    yield "## What to do"
    yield ""
    found = [(pattern, one) for pattern, one in report.sure(-1.0)]
    todo: list[tuple[Pattern | None, Suggestion]] = sorted(found, key=lambda item: -item[1].confidence)
    todo += [(None, one) for one in report.of_times]
    if not todo:
        yield "Nothing: nothing failed often enough to be a pattern."
    for number, (pattern, one) in enumerate(todo, 1):
        yield f"### {number}. {safe(one.title)}"
        yield ""
        yield from points(one)
        if pattern is not None:
            lasts = duration(max(0.0, report.until - pattern.begun_at))
            yield f"- Pattern `{pattern.fingerprint}`, going on for {lasts}, last seen {moment(pattern.newest.at)} UTC"
        if one.bounds is not None:
            over = one.confidence > report.apply_above
            sure = "yes, more" if over else "no, not more"
            yield f"- Sure enough to be applied by itself: {sure} than triage.apply_above, {report.apply_above:g}"
        yield ""


def _categories(report: Report) -> Iterator[str]:
    yield "## Failures by category"
    yield ""
    rows = []
    for category, count in report.by_category.items():
        kinds: dict[str, int] = {}
        for failure in report.failures:
            if failure.kind.category is category:
                kinds[failure.kind.name] = kinds.get(failure.kind.name, 0) + 1
        what = ", ".join(f"{name.replace('_', ' ')} {many}" for name, many in sorted(kinds.items()))
        rows.append((category.value, str(count), what))
    yield from table(("category", "failures", "of which"), rows, cell)


def _patterns(report: Report) -> Iterator[str]:
    yield "## Patterns"
    yield ""
    if not report.findings:
        yield "None: nothing happened often enough."
        return
    yield from table(
        ("pattern", "failures", "of", "cases", "cycles", "first (UTC)", "newest (UTC)", "confidence"),
        [
            (
                str(one.signature),
                str(one.count),
                str(max(one.of, one.count)),
                one.signature.kind.case.value,
                numbers(one.cycles) if one.cycles else "",
                moment(one.failures[0].at),
                moment(one.newest.at),
                digits(one.confidence),
            )
            for one in report.patterns
        ],
        cell,
    )


def _followed(found: Sequence[Followed]) -> Iterator[str]:
    yield "## What became of earlier patterns"
    yield ""
    if not found:
        yield "No pattern was reported before."
        return
    head = ("pattern", "first reported (UTC)", "reports", "then", "since", "adjusted", "lasted", "verdict")
    yield from table(
        head,
        [
            (
                str(one.signature),
                moment(one.reported_at),
                str(one.reports),
                f"{one.before} of {one.before_of}",
                f"{one.after} of {one.after_of}",
                "; ".join(text for _, text in one.applied),
                duration(max(0.0, one.lasted)),
                one.verdict,
            )
            for one in found
        ],
        cell,
    )


def _failures(failures: Sequence[Failure]) -> Iterator[str]:
    yield "## Failures one by one"
    yield ""
    if not failures:
        yield "There were none."
        return
    shown = failures[-MOST_FAILURES:]
    if len(shown) < len(failures):
        yield f"The newest {len(shown)} of {len(failures)}; the JSON has all."
        yield ""
    yield from table(("at (UTC)", "category", "what", "cycle", "why", "around it"), map(_row, reversed(shown)), cell)


def _row(one: Failure) -> tuple[str, ...]:
    what = f"{one.kind.name}: {', '.join(one.subjects)}".replace("_", " ").removesuffix(": ")
    cycle = "" if one.around.cycle is None else str(one.around.cycle)
    at = f"{one.weekday.capitalize()} {moment(one.at)}"
    return at, one.kind.category.value, what, cycle, one.why, "; ".join(around(one))
