"""A canary as plain values: what `explain --json` and `history --json` print."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from controller.casebook.patterns import Case, Pattern
from controller.casebook.record import Hold, Looked, Record
from controller.casebook.story import Story, Told, ending
from controller.finite import finite


def explained(record: Record, story: Story) -> dict[str, Any]:
    """Return everything that is known of a canary: facts, story, analysis, and all looks."""
    return {
        "id": record.id,
        "cycle": record.cycle,
        "ending": ending(record),
        "verdict": record.verdict or None,
        "outcome": record.outcome or None,
        "promoted": record.promoted,
        "reasons": list(record.reasons),
        "end_reason": record.end_reason or None,
        "headline": story.headline,
        "story": [_told(told) for told in (*story.before, *story.course, *story.after)],
        "failure": None if story.failure is None else finite(asdict(story.failure)),
        "trigger": record.trigger,
        "asked_by": record.asked_by or None,
        "asked_why": record.asked_why or None,
        "changes": [move.model_dump() for move in record.changes],
        "predicted": [finite(item.model_dump()) for item in record.predicted],
        "golden": None if record.golden is None else record.golden.model_dump(mode="json", exclude={"kind", "cycle"}),
        "version": record.version or None,
        "planned_points": record.planned,
        "detectable": finite(dict(record.detectable)),
        "begun_at": record.begun_at,
        "started_at": record.started_at,
        "decided_at": record.decided_at,
        "ended_at": record.ended_at,
        "exposed_seconds": record.exposed,
        "exposures": [asdict(window) for window in record.exposures],
        "holds": [_hold(hold) for hold in record.holds],
        "steps": [step._asdict() for step in record.steps],
        "words": [asdict(word) for word in record.words],
        "looks": [_look(looked) for looked in record.looks],
        "impacts": [finite(impact.model_dump()) for impact in record.impacts],
    }


def listed(cases: tuple[Case, ...], found: tuple[Pattern, ...]) -> dict[str, Any]:
    """Return past canaries in a line each, and what repeats in them."""
    return {
        "canaries": [_case(item) for item in cases],
        "patterns": [{**asdict(pattern), "text": str(pattern), "kpis": dict(pattern.kpis)} for pattern in found],
    }


def _told(told: Told) -> dict[str, Any]:
    return {"seconds": told.seconds, "label": told.label, "text": told.text}


def _hold(hold: Hold) -> dict[str, Any]:
    return asdict(hold) | {"reasons": list(hold.reasons), "alerts": list(hold.alerts)}


def _look(looked: Looked) -> dict[str, Any]:
    look = looked.look
    return {
        "look": look.look,
        "at": looked.at,
        "verdict": look.verdict,
        "reasons": list(look.reasons),
        "kpis": [finite(kpi.model_dump()) for kpi in look.kpis],
    }


def _case(item: Case) -> dict[str, Any]:
    record = item.record
    return {
        "id": record.id,
        "at": record.begun_at,
        "changes": [move.model_dump() for move in record.changes],
        "ending": item.ending,
        "outcome": record.outcome or None,
        "category": item.category,
        "promoted": record.promoted,
        "seconds": record.over_at - record.origin,
        **finite({"kpi": item.kpi or None, "effect": item.effect, "low": item.low, "high": item.high}),
    }
