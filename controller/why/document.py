"""The chain as plain values, for JSON. Times are unix seconds; what JSON does not know is null."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from controller.finite import finite
from controller.why.link import Attempt, Evidence, Link


def document(parameter: str, links: Sequence[Link], at: float, depth: int) -> dict[str, Any]:
    """Return why a parameter has its value at unix time `at`: the newest `depth` links, and how many there are."""
    return {
        "parameter": parameter,
        "at": at,
        "value": links[0].new,
        "since": links[0].at,
        "links": len(links),
        "chain": [_link(link) for link in links[:depth]],
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "event": link.seq,
        "at": link.at,
        "how": link.how,
        "old": link.old,
        "new": link.new,
        "actor": link.actor,
        "reason": link.reason,
        "version": link.version,
        "forced": link.forced,
        "golden": link.golden or None,
        "bounds": None if link.room is None else vars(link.room),
        "attempt": None if link.attempt is None else _attempt(link.attempt),
        "tried_since": [_attempt(attempt) for attempt in link.tried],
        "refused_since": [vars(item) for item in link.refused],
        "bounds_since": [{"at": at, **payload.model_dump()} for at, payload in link.bounds],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    found: dict[str, object] = {
        **{key: getattr(attempt, key) for key in ("cycle", "at", "trigger", "old", "new", "rationale", "chance")},
        "others": [move.model_dump() for move in attempt.others],
        "golden": None if attempt.golden is None else attempt.golden.model_dump(exclude={"kind", "cycle"}),
        "looks": attempt.looks,
        "evidence": [_evidence(item) for item in attempt.evidence],
        "verdict": attempt.verdict or None,
        "reasons": list(attempt.reasons),
        "orders": [vars(order) for order in attempt.orders],
        "outcome": attempt.outcome or None,
        "reason": attempt.reason or None,
        "ended_at": attempt.ended_at,
    }
    return finite(found)


def _evidence(item: Evidence) -> dict[str, Any]:
    return {
        "kpi": item.kpi,
        "predicted": None if item.predicted is None else finite(item.predicted.model_dump(exclude={"kpi"})),
        "look": None if item.look is None else finite(item.look.model_dump(exclude={"kpi", "query", "digest"})),
        "measured": None if item.measured is None else finite(item.measured.model_dump(exclude={"kpi"})),
    }
