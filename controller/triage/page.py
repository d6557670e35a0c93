"""A report as Markdown: what to do first, then what it rests on. Nothing in it can do more than be read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from controller.casebook.words import duration
from controller.report.when import moment
from controller.triage.correlate import Association, Correlations
from controller.triage.done import Done
from controller.triage.failure import Failure
from controller.triage.follow import Followed
from controller.triage.pattern import Pattern
from controller.triage.report import Report
from controller.triage.safe import rich, safe
from controller.triage.suggestion import Suggestion, numbers

MOST_FAILURES = 200  # that are listed one by one, the newest


def page(report: Report, done: Done = Done()) -> str:  # noqa: B008 - frozen
    """Return the report as a page."""
    parts = (
        _head(report, done),
        _todo(report),
        _categories(report),
        _patterns(report),
        _correlations(report.correlations),
        _followed(report.followed),
        _done(done),
        _failures(report.failures),
    )
    lines = [line for part in parts for line in (*part, "")]
    tidy = [line for at, line in enumerate(lines) if line or (at > 0 and lines[at - 1])]
    return "\n".join(tidy).rstrip() + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return a table's lines; the cells are taken for words of others."""
    shown = ([safe(cell) or "-" for cell in row] for row in rows)
    return tuple(f"| {' | '.join(cells)} |" for cells in (columns, ["---"] * len(columns), *shown))


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


def points(one: Suggestion) -> Iterator[str]:
    """Yield a suggestion's lines."""
    yield f"- Do: {rich(one.text)}"
    yield f"- Why: {rich(one.rationale)}"
    yield f"- Effect: {rich(one.effect)}"
    yield f"- Confidence: {sureness(one)}"


def sureness(one: Suggestion) -> str:
    """Return a confidence and what it is about."""
    if one.action == "schedule":
        return f"{one.confidence:.2f} that these times differ from the others"
    cases = "the moves beyond these bounds do harm" if one.bounds is not None else "such cases fail"
    return f"{one.confidence:.2f} that more than {one.share:.0%} of {cases}"


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
    yield from table(("category", "failures", "of which"), rows)


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
                f"{one.confidence:.2f}",
            )
            for one in report.patterns
        ],
    )


def _correlations(found: Correlations) -> Iterator[str]:
    yield "## What failures go with"
    yield ""
    days = duration(max(0.0, found.until - found.since))
    yield (
        f"{found.tests} comparisons over {days} and {found.cycles} cycles; the chance of one false claim or more among "
        f"them is below {found.level:.0%}. That failures go with something does not say that it causes them."
    )
    yield ""
    if found.claims:
        head = ("failure", "goes with", "failures with it", "without it", "times as often", "p, corrected")
        yield from table(head, map(_claim, found.claims))
        return
    if found.nearest is None:
        yield "Nothing can be claimed."
        return
    near = _claim(found.nearest)
    yield (
        f"Nothing can be claimed. Nearest comes {safe(near[0])} with {safe(near[1])}: {near[2]} with it, {near[3]} "
        f"without it (p = {near[5]}, corrected)."
    )


def _claim(one: Association) -> tuple[str, ...]:
    counts = one.table
    lift = "only then" if math.isinf(counts.lift) else f"{counts.lift:.1f}"
    return (
        one.failure.replace("_", " "),
        one.feature,
        f"{counts.a} of {counts.a + counts.b} {one.unit}",
        f"{counts.c} of {counts.c + counts.d}",
        lift,
        f"{one.p:.2g}",
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
    )


def _done(done: Done) -> Iterator[str]:
    if not done.line and not done.told:
        return
    yield "## What was done"
    yield ""
    for request in done.asked:
        ends = f"{request.low:.6g} and {request.high:.6g}"
        yield f"- Asked for {safe(request.parameter)} between {ends}: {safe(request.reason)}"
    for one in done.told:
        issue = "" if one.number is None else f" [#{one.number}]({_link(one.url)})" if one.url else f" #{one.number}"
        by = f" by {safe(one.closed_by)}" if one.closed_by else ""
        status = f" ({one.status}{by})" if one.status else ""
        yield f"- Issue{issue}{status} for pattern `{one.fingerprint}`: {one.action}; {safe(one.text)}"
    if done.trouble:
        yield f"- The issue tracker was not told: {safe(done.trouble)}"


def _link(url: str) -> str:
    """Return an address that ends where it ends: not at a bracket of its own."""
    good = url.startswith(("https://", "http://")) and not any(char in url for char in "()<> \\\n\r\t")
    return url if good else ""


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
    yield from table(("at (UTC)", "category", "what", "cycle", "why", "around it"), map(_row, reversed(shown)))


def _row(one: Failure) -> tuple[str, ...]:
    what = f"{one.kind.name}: {', '.join(one.subjects)}".replace("_", " ").removesuffix(": ")
    cycle = "" if one.around.cycle is None else str(one.around.cycle)
    at = f"{one.weekday} {moment(one.at)}"
    return at, one.kind.category.value, what, cycle, one.why, "; ".join(around(one))


def around(one: Failure) -> Iterator[str]:
    """Yield what was going on around a failure, in words."""
    if one.around.moves:
        yield ", ".join(moved.text for moved in one.around.moves)
    if one.around.alerts:
        yield f"open: {', '.join(one.around.alerts)}"
    if one.around.by:
        yield f"by {one.around.by}"
    if one.around.bypassed:
        yield f"golden cases bypassed {one.around.bypassed}"
