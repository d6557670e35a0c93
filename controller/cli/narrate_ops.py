"""Events about pauses, drift, an operator's changes, jobs and the configuration as sentences for people."""

from __future__ import annotations

from collections.abc import Mapping

from controller.cli.tables import moment
from controller.journal import event as ev
from controller.journal.event import Event
from exporter.parameter import Value, shown


def values(found: Mapping[str, Value]) -> str:
    """Return values by name, on one line."""
    return ", ".join(f"{name}={shown(value)}" for name, value in found.items())


def _why(reason: str) -> str:
    return f": {reason}" if reason else ""


def sentence(event: Event) -> str:  # noqa: C901, PLR0911, PLR0912 - one line per kind of event
    """Return an event in words; empty for what people need not read."""
    payload = event.payload
    match payload:
        case ev.PauseRequested():
            until = "" if payload.until is None else f" until {moment(payload.until)} UTC"
            return f"paused by {event.actor}{until}: {payload.reason}"
        case ev.EmergencyPauseRequested():
            return f"EMERGENCY PAUSE by {event.actor}, all arms on control values: {payload.reason}"
        case ev.ResumeRequested():
            return f"resumed by {event.actor}" + _why(payload.reason)
        case ev.PauseEnded():
            return f"the pause ({payload.cause}) is over: {payload.reason}"
        case ev.CycleRequested():
            what = "a cycle" if payload.forced is None else f"a canary of {values(payload.forced)}"
            return f"{event.actor} asks for {what}" + _why(payload.reason)
        case ev.RollbackRequested():
            return f"{event.actor} asks for a rollback to {payload.version[:12]}" + _why(payload.reason)
        case ev.DeployRequested():
            return f"{event.actor} asks for a deployment of {values(payload.values)}" + _why(payload.reason)
        case ev.RolledBack():
            return f"rolled back to {payload.version[:12]}: {payload.reason}"
        case ev.Deployed():
            golden = f"golden cases: {payload.golden}"
            return f"deployed by {payload.by} without a canary ({golden}): {values(payload.values)}: {payload.reason}"
        case ev.RequestRefused():
            return f"{payload.what}, wanted by {payload.by}, changes nothing: {payload.reason}"
        case ev.DriftDetected():
            then = "" if payload.until is None else f"; paused until {moment(payload.until)} UTC"
            return f"DRIFT ({payload.cause}): {payload.reason}{then}"
        case ev.JobRequested():
            return f"{event.actor} asks for {payload.job}: {payload.reason}"
        case ev.JobDone() if payload.details.get("skipped"):
            return f"{payload.job}: {payload.text}"
        case ev.JobDone():
            return f"{payload.job} {'done' if payload.ok else 'FAILED'}: {payload.text}"
        case ev.ConfigChanged():
            return f"configuration edited by {event.actor}: {'; '.join(payload.changes)}: {payload.reason}"
        case ev.ConfigLoaded():
            return f"configuration {payload.digest[:12]} is in use" + "".join(f"; {text}" for text in payload.changes)
        case ev.BoundsAdjustRequested():
            return f"{event.actor} wants {payload.parameter} in {payload.low:g} .. {payload.high:g}: {payload.reason}"
        case _:
            return ""
