"""When which alerts were open: as the journal was told, and as Prometheus has them. Times are unix seconds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from controller.journal import event as ev
from controller.journal.event import Event


@dataclass(frozen=True)
class Span:
    """An alert that fired from `start` to `end`; infinity while it fires."""

    alert: str
    start: float
    end: float


def told(events: Iterable[Event]) -> tuple[Span, ...]:
    """Return the incidents of a journal, the oldest first."""
    spans: list[Span] = []
    fires: dict[str, Span] = {}
    for event in events:
        payload = event.payload
        if isinstance(payload, ev.AlertFiring):
            fires.setdefault(payload.fingerprint, Span(payload.alert, event.at, math.inf))
        elif isinstance(payload, ev.AlertResolved) and payload.fingerprint in fires:
            begun = fires.pop(payload.fingerprint)
            spans.append(Span(begun.alert, begun.start, event.at))
    return tuple(sorted((*spans, *fires.values()), key=lambda span: span.start))


def alerts_between(spans: Iterable[Span], start: float, end: float) -> tuple[str, ...]:
    """Return the names of the alerts that were open at any time of a stretch, in alphabetical order."""
    return tuple(sorted({span.alert for span in spans if span.start <= end and span.end >= start}))
