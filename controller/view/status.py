"""State -> what people and programs are shown of it. Pure."""

from __future__ import annotations

from typing import Any

from controller.config.config import Config
from controller.finite import finite
from controller.journal.state import State
from controller.view import ops as view_ops


def status(state: State, *, holder: str | None, now: float, config: Config | None = None) -> dict[str, Any]:
    """Return the state as plain values: what `status --json` and /api/status answer; `config` says what is planned."""
    cycle, canary = state.cycle, state.cycle.canary if state.cycle else None
    return {
        "controller": holder,
        "phase": state.phase,
        "paused": state.paused,
        "values": state.values,
        "version": state.version,
        "incidents": [{"alert": item.alert, "summary": item.summary} for item in state.incidents.values()],
        "cycle": None
        if cycle is None
        else {
            "number": cycle.number,
            "trigger": cycle.trigger,
            "since": cycle.started_at,
            "changes": [move.model_dump() for move in cycle.changes],
            "predicted": [finite(item.model_dump()) for item in cycle.predicted],
            "rationale": cycle.rationale,
            **finite({"chance": cycle.chance}),
            "hold": None
            if cycle.hold is None
            else {"reason": cycle.hold.reason, "since": cycle.hold.at, "until": cycle.hold.until},
        },
        "canary": None
        if canary is None
        else {
            "id": canary.id,
            "version": canary.version,
            "running": canary.running,
            "paused": canary.paused_at is not None or canary.awaiting_until is not None,
            "seconds": round(sum(window.seconds for window in canary.windows(now)), 1),
            "planned_points": canary.planned,
            "weight": canary.steps[-1].weight if canary.steps else None,
            "step": len(canary.steps),
            "ladder": list(canary.ladder),
            "blind_seconds": round(canary.blind_for(now), 1),
            "awaiting_until": canary.awaiting_until,
            "looks": canary.looks,
            "verdict": canary.verdict,
            "reasons": list(canary.reasons),
            "kpis": [finite(kpi.model_dump(mode="json")) for kpi in canary.kpis],
        },
        "cycles": state.cycles,
        "outcomes": state.outcomes,
        "last": {"outcome": state.last_outcome, "reason": state.last_reason, "at": state.last_ended_at},
        "events": state.seq,
        "config_digest": state.config_digest,
        **view_ops.operations(state, now, config),
    }
