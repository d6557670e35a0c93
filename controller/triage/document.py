"""A report as plain values: what `triage --json` prints and what is stored beside the page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from controller.finite import finite
from controller.triage.correlate import Association
from controller.triage.done import Done
from controller.triage.failure import Failure
from controller.triage.follow import Followed
from controller.triage.pattern import Pattern
from controller.triage.report import Report
from controller.triage.suggestion import Suggestion


def document(report: Report, done: Done = Done()) -> dict[str, Any]:  # noqa: B008 - frozen
    """Return the report as plain values; what is no number is null."""
    linked = report.correlations
    found = {
        "service": report.service,
        "since": report.since,
        "until": report.until,
        "summary": report.line,
        "cycles": report.cycles,
        "notes": list(report.notes),
        "categories": {category.value: count for category, count in report.by_category.items()},
        "patterns": [
            {**_pattern(finding.pattern), "suggestions": [_suggestion(one) for one in finding.suggestions]}
            for finding in report.findings
        ],
        "schedule": [_suggestion(one) for one in report.of_times],
        "correlations": {
            "since": linked.since,
            "until": linked.until,
            "cycles": linked.cycles,
            "tests": linked.tests,
            "level": linked.level,
            "claims": [_association(one) for one in linked.claims],
            "nearest": None if linked.nearest is None else _association(linked.nearest),
        },
        "followed": [_followed(one) for one in report.followed],
        "apply_above": report.apply_above,
        "adjustments": [request.model_dump(exclude={"kind"}) for request in done.asked],
        "issues": [asdict(one) for one in done.told],
        "trouble": done.trouble or None,
        "failures": [_failure(one) for one in report.failures],
    }
    return finite(found)


def _pattern(one: Pattern) -> dict[str, Any]:
    return {
        "fingerprint": one.fingerprint,
        "text": str(one.signature),
        "kind": one.signature.kind.name,
        "category": one.signature.kind.category.value,
        "subject": one.signature.subject,
        "count": one.count,
        "of": max(one.of, one.count),
        "cases": one.signature.kind.case.value,
        "kinds": one.kinds,
        "cycles": list(one.cycles),
        "begun_at": one.begun_at,
        "newest_at": one.newest.at,
        "confidence": one.confidence,
    }


def _suggestion(one: Suggestion) -> dict[str, Any]:
    found: dict[str, Any] = {key: value for key, value in vars(one).items() if key != "bounds"}
    bounds = one.bounds
    found["bounds"] = bounds and {
        "parameter": bounds.parameter,
        "old": [bounds.old.low, bounds.old.high],
        "new": [bounds.new.low, bounds.new.high],
    }
    return found


def _association(one: Association) -> dict[str, Any]:
    table = one.table
    return {
        "failure": one.failure,
        "feature": one.feature,
        "kind": one.kind,
        "unit": one.unit,
        "failed_with": table.a,
        "with": table.a + table.b,
        "failed_without": table.c,
        "without": table.c + table.d,
        "lift": table.lift,
        "p": one.p,
    }


def _followed(one: Followed) -> dict[str, Any]:
    plain = {key: value for key, value in vars(one).items() if key not in ("signature", "applied")}
    return {"text": str(one.signature), **plain, "applied": [{"at": at, "text": text} for at, text in one.applied]}


def _failure(one: Failure) -> dict[str, Any]:
    return {
        "at": one.at,
        "hour": one.hour,
        "weekday": one.weekday,
        "category": one.kind.category.value,
        "kind": one.kind.name,
        "subjects": list(one.subjects),
        "text": "; ".join(one.kind.text(subject) for subject in one.subjects),
        "why": one.why,
        "next": one.next or None,
        "cycle": one.around.cycle,
        "moves": [moved.model_dump() for moved in one.around.moves],
        "arms": [asdict(arm) for arm in one.around.arms],
        "alerts": list(one.around.alerts),
        "by": one.around.by or None,
        "bypassed": one.around.bypassed or None,
    }
