"""What became of what earlier triages reported: did the pattern come back, and after what?

What a triage reported stands in the journal beside its end (`JobDone`), by fingerprint: how often the pattern had been
seen, in how many cases, in how long a period. What it adjusted stands there as an adjustment of bounds that names the
fingerprint. Everything since is counted anew from the journal.

That a pattern does not come back need not be the suggestion's doing: patterns are reported because they had just been
frequent, and what was frequent by accident becomes rarer by itself. So counts are told, and no test is made of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from controller.journal import event as ev
from controller.journal.event import Event
from controller.triage.cases import cases
from controller.triage.gather import Gathered
from controller.triage.pattern import Signature, by_signature

JOB: Final = "triage"
KEY: Final = "pattern:"
MOST: Final = 30  # patterns that are told of, those reported last

AGAIN, NOT_AGAIN, EARLY = "came back", "not again", "too early to say"
_WANTED = re.compile(r"pattern ([0-9a-f]{16}), .*: (\d{1,9}) of (\d{1,9}) ")


@dataclass(frozen=True)
class Followed:
    """A pattern that was reported before. Times are unix seconds.

    Attributes:
        fingerprint, signature: which one.
        reported_at: when it was reported first.
        reports: how often it was reported.
        before, before_of: how often it had happened then, in how many cases.
        applied: adjustments that triage made because of it, in words, each with its time.
        since: from when on it is counted: the last adjustment, or the first report.
        after, after_of: how often it has happened since, in how many cases.
        lasted: seconds from its first to its newest failure.
        verdict: came back, not again, or too early to say.
    """

    fingerprint: str
    signature: Signature
    reported_at: float
    reports: int
    before: int
    before_of: int
    applied: tuple[tuple[float, str], ...]
    since: float
    after: int
    after_of: int
    lasted: float
    verdict: str


@dataclass(frozen=True)
class _Past:
    at: float
    count: int
    of: int
    reports: int = 1
    newest_at: float = 0.0
    applied: tuple[tuple[float, str], ...] = ()


def remembered(count: int, of: int) -> str:
    """Return what stands in the journal of a reported pattern."""
    return f"{count} of {of}"


def follow(gathered: Gathered, service: str, until: float, window: float) -> tuple[Followed, ...]:
    """Return what became of reported patterns, those reported last first.

    Args:
        gathered: all that is known.
        service: the piloted service.
        until: now, unix seconds.
        window: seconds after which a pattern that did not come back is said to be gone for now.
    """
    past = _past(event for event in gathered.events if event.at <= until)
    known = {signature.fingerprint(service): signature for signature in by_signature(gathered.failures)}
    found = [
        _followed(gathered, known[fingerprint], one, fingerprint=fingerprint, until=until, window=window)
        for fingerprint, one in sorted(past.items(), key=lambda item: -item[1].newest_at)[:MOST]
        if fingerprint in known
    ]
    return tuple(found)


def _past(events: Iterable[Event]) -> Mapping[str, _Past]:
    """Return what earlier triages reported, and what they adjusted, by fingerprint.

    The controller may answer a request for bounds before or after it notes the end of the triage that wanted them, and
    a triage that an operator applied leaves nothing but the adjustment, which then counts as its report.
    """
    found: dict[str, _Past] = {}
    for event in events:
        payload = event.payload
        if isinstance(payload, ev.JobDone) and payload.job == JOB:
            for key, value in payload.details.items():
                if key.startswith(KEY):
                    _report(found, key.removeprefix(KEY), str(value), event.at)
        elif isinstance(payload, ev.BoundsAdjusted) and payload.adjustment == "adjusted":
            named = _WANTED.search(payload.reason)
            if named is not None:
                found.setdefault(named[1], _Past(event.at, int(named[2]), int(named[3]), reports=0, newest_at=event.at))
                one = found[named[1]]
                text = f"{payload.parameter} {payload.old_low:.4g} to {payload.old_high:.4g} became "
                text += f"{payload.low:.4g} to {payload.high:.4g}"
                found[named[1]] = replace(one, applied=(*one.applied, (event.at, text)))
    return found


def _report(found: dict[str, _Past], fingerprint: str, said: str, at: float) -> None:
    if fingerprint in found:
        one = found[fingerprint]
        found[fingerprint] = replace(one, reports=one.reports + 1, newest_at=at)
        return
    count, _, of = said.partition(" of ")
    if count.isdecimal() and of.isdecimal():
        found[fingerprint] = _Past(at, int(count), int(of), newest_at=at)


def _followed(
    gathered: Gathered, signature: Signature, past: _Past, *, fingerprint: str, until: float, window: float
) -> Followed:
    times = _times(gathered, signature, until)
    since = max([past.at, *(at for at, _ in past.applied)])
    after = sum(at > since for at in times)
    verdict = AGAIN if after else NOT_AGAIN if until - since >= window else EARLY
    of = cases(gathered, math.nextafter(since, math.inf), until).of(signature.kind, signature.subject)
    return Followed(
        fingerprint,
        signature,
        past.at,
        past.reports,
        past.count,
        past.of,
        past.applied,
        since,
        after,
        max(of, after),
        times[-1] - times[0] if times else 0.0,
        verdict,
    )


def _times(gathered: Gathered, signature: Signature, until: float) -> Sequence[float]:
    return [
        failure.at
        for failure in gathered.failures
        if failure.kind == signature.kind and signature.subject in failure.subjects and failure.at <= until
    ]
