"""Patterns as issues: title, text, and a mark in a comment that nobody sees, by which each is found again.

The mark stands at the beginning of the text, before any words of others: it names the pattern by its fingerprint, and
the time of the newest failure that the text tells of. A pattern that has failed since gets one more comment.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from controller.counted import counted
from controller.duration import duration
from controller.moment import moment
from controller.report.markdown import table
from controller.triage.failure import Failure
from controller.triage.follow import Followed
from controller.triage.pattern import Pattern
from controller.triage.report import Finding, Report
from controller.triage.safe import cell, safe, title
from controller.triage.words import around, points

LONGEST_TITLE = 200
LONGEST_BODY = 60_000  # GitHub takes 65,536 characters
MOST_FAILURES = 30  # that an issue lists
_MARK = re.compile(r"\A<!-- autopilot-triage pattern=([0-9a-f]{16}) newest=(\d{1,15}(?:\.\d{1,3})?) -->")


_SOLVED = (
    "Close this issue. If the pattern comes back, it is opened again with what is new; close it as not planned, and it "
    "is left alone."
)


@dataclass(frozen=True)
class Draft:
    """A pattern as it would be written.

    Attributes:
        fingerprint: of the pattern.
        newest: time of its newest failure, unix seconds, in thousandths.
        title, body: of a new issue.
        failures: of the period, the oldest first.
        summary: the pattern in a sentence.
    """

    fingerprint: str
    newest: float
    title: str
    body: str
    failures: tuple[Failure, ...]
    summary: str

    def again(self, told: float) -> str:
        """Return a comment about what has failed since `told`, unix seconds."""
        new = [failure for failure in self.failures if _thousandths(failure.at) > told]
        lines = (
            mark(self.fingerprint, self.newest),
            f"It happened again, {counted(len(new), 'time')}: {safe(self.summary)}.",
            "",
            *_failures(new),
        )
        return _cut("\n".join(lines))


@dataclass(frozen=True)
class Mark:
    """What a text's mark says: the pattern's fingerprint, and the newest failure that it tells of (unix seconds)."""

    fingerprint: str
    newest: float


def mark(fingerprint: str, newest: float) -> str:
    """Return a mark, as it stands at the beginning of a text."""
    return f"<!-- {words(fingerprint)} newest={newest:.3f} -->"


def words(fingerprint: str) -> str:
    """Return the words by which a pattern's issue is searched for."""
    return f"autopilot-triage pattern={fingerprint}"


def marked(body: str) -> Mark | None:
    """Return the mark at the beginning of a text, None when there is none."""
    found = _MARK.match(body)
    return None if found is None else Mark(found[1], float(found[2]))


def drafts(report: Report) -> tuple[Draft, ...]:
    """Return a draft for each pattern of a report."""
    followed = {one.fingerprint: one for one in report.followed}
    return tuple(_draft(report, finding, followed.get(finding.pattern.fingerprint)) for finding in report.findings)


def _draft(report: Report, finding: Finding, before: Followed | None) -> Draft:
    pattern = finding.pattern
    newest = _thousandths(pattern.newest.at)
    named = title(f"[{report.service}] {pattern.signature}", LONGEST_TITLE)
    lines = (
        mark(pattern.fingerprint, newest),
        *_head(report, pattern),
        *_actions(finding),
        *_before(before),
        "### Evidence",
        "",
        *_failures(pattern.failures),
        "",
        "### When this is solved",
        "",
        _SOLVED,
    )
    return Draft(pattern.fingerprint, newest, named, _cut("\n".join(lines)), pattern.failures, str(pattern))


def _head(report: Report, pattern: Pattern) -> Iterator[str]:
    yield f"**{safe(str(pattern))}**, category {pattern.signature.kind.category}."
    yield ""
    lasts = duration(max(0.0, report.until - pattern.begun_at))
    yield f"Found in {moment(report.since)} to {moment(report.until)} UTC; it has gone on for {lasts}."
    yield ""


def _actions(finding: Finding) -> Iterator[str]:
    yield "### Recommended actions"
    yield ""
    for one in finding.suggestions:
        yield f"**{safe(one.title)}**"
        yield ""
        yield from points(one)
        yield ""


def _before(before: Followed | None) -> Iterator[str]:
    if before is None:
        return
    yield "### Before"
    yield ""
    yield (
        f"Reported {counted(before.reports, 'time')} since {moment(before.reported_at)} UTC; "
        f"then {before.before} of {before.before_of}, since {before.after} of {before.after_of}: {before.verdict}."
    )
    for at, text in before.applied:
        yield f"- {moment(at)} UTC: {safe(text)}"
    yield ""


def _failures(failures: Iterable[Failure]) -> tuple[str, ...]:
    found = list(failures)
    rows = [
        (moment(one.at), "" if one.around.cycle is None else str(one.around.cycle), one.why, "; ".join(around(one)))
        for one in found[-MOST_FAILURES:][::-1]
    ]
    more = () if len(found) <= MOST_FAILURES else ("", f"And {len(found) - MOST_FAILURES} before.")
    return (*table(("at (UTC)", "cycle", "why", "around it"), rows, cell), *more)


def _thousandths(at: float) -> float:
    """Return a time as its mark has it, so that it compares with itself."""
    return math.floor(at * 1000) / 1000


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_BODY else text[:LONGEST_BODY] + "\n\n(cut)"
