"""Events in one sentence each, for people who follow a cycle."""

from __future__ import annotations

import math

from controller.cli import narrate_ops
from controller.cli.tables import moment, number
from controller.counted import counted
from controller.cycle.orders import WORDS
from controller.journal import event as ev
from controller.journal.event import Event
from controller.judging.plain import plain

_DECIDED = ("promoted", "rolled_back", "inconclusive", "blind")


def _looked(payload: ev.CanaryLooked) -> str:
    primary = [kpi for kpi in payload.kpis if kpi.role == "primary"]
    if payload.verdict == "blind" or not primary:
        return f"look {payload.look}: {payload.verdict}: {'; '.join(payload.reasons)}"
    points = min(kpi.count for kpi in payload.kpis)
    if points == 0:
        return f"look {payload.look}: {payload.verdict}: no points yet"
    begin = f"look {payload.look}: {payload.verdict} after {counted(points, 'point')}"
    shown = "; ".join(f"{kpi.kpi} {kpi.effect:+.3g} +- {kpi.margin:.3g}" for kpi in primary)
    unsure = [kpi.kpi for kpi in payload.kpis if kpi.role != "primary" and kpi.verdict != "proceed"]
    return f"{begin}: {shown}; guardrails: " + (f"not yet sure of {', '.join(unsure)}" if unsure else "no harm")


def _proposed(payload: ev.Proposed) -> str:
    """Return the reason, with the moves and the chance where it does not begin and go on with them (old journals)."""
    moves = ", ".join(move.text for move in payload.changes)
    told = payload.rationale if moves in payload.rationale else f"{moves}: {payload.rationale}"
    chance = math.isfinite(payload.chance) and "chance of a promotion" not in told
    return f"proposed: {told}" + (f"; chance of a promotion {payload.chance:.0%}" if chance else "")


def _expected(impact: ev.Impact) -> str:
    """Return what was predicted beside what was measured, and whether the interval held it."""
    found = f"{impact.kpi}: predicted {impact.predicted:+.3g}, measured {impact.measured:+.3g}"
    if impact.held is None or not math.isfinite(impact.low + impact.high):
        return found if impact.error_ratio is None else f"{found} (error {impact.error_ratio:.0%})"
    said = f"the predicted {impact.low:+.3g} to {impact.high:+.3g}"
    if impact.held and not impact.low <= impact.measured <= impact.high:
        return f"{found}, inside {said} once that is widened for a canary that ended early"
    return f"{found}, {'inside' if impact.held else 'OUTSIDE'} {said}"


def _measured(payload: ev.Measured) -> str:
    parts = []
    for impact in payload.impacts:
        if impact.predicted is not None:
            parts.append(_expected(impact))
        elif not parts:
            parts.append(f"{impact.kpi}: {impact.measured:+.3g} (standard error {impact.standard_error:.2g})")
        if impact.before is not None and impact.after is not None:
            parts.append(f"{impact.kpi} went from {number(impact.before)} to {number(impact.after)}")
    return "measured: " + ("; ".join(parts) or "nothing, the canary never ran long enough")


def sentence(event: Event) -> str:
    """Return what happened, in one sentence on one line; empty for what people need not hear of."""
    return plain(_sentence(event))


def _sentence(event: Event) -> str:  # noqa: PLR0911, C901, PLR0912 - one line per kind of event
    payload = event.payload
    match payload:
        case ev.Adopted():
            return f"the values of the {payload.source} are in force: {narrate_ops.values(payload.values)}"
        case ev.CycleStarted():
            return f"cycle {payload.cycle} begins ({payload.trigger})"
        case ev.PhaseHeld():
            return f"{payload.phase} cannot go on and waits until {moment(payload.until)} UTC: {payload.reason}"
        case ev.Analysed():
            return "observed: " + "; ".join(payload.findings)
        case ev.Proposed():
            return _proposed(payload)
        case ev.Validated() if payload.bypassed:
            return f"golden cases not asked: {payload.bypassed}"
        case ev.Validated() if payload.passed and not payload.cases:
            return "no golden cases are configured: nothing was checked"
        case ev.Validated():
            verdict = "passed" if payload.passed else f"FAILED: {'; '.join(payload.failures)}"
            return f"validated: {counted(payload.cases, 'golden case')} {verdict} in {payload.seconds:.2f} s"
        case ev.CanaryStarted():
            found = ", ".join(f"{kpi} {effect:.3g}" for kpi, effect in payload.detectable.items() if effect > 0)
            ladder = f" in shares of {', '.join(f'{x:.3g}' for x in payload.ladder)}" if payload.ladder else ""
            return f"canary begins: {payload.planned} points planned{ladder}; detectable effects: {found}"
        case ev.CanaryLooked():
            return _looked(payload)
        case ev.CanaryStepped():
            return f"canary grows to {payload.weight:.3g} of the units (step {payload.step})"
        case ev.CanaryAwaiting():
            until = moment(payload.deadline)
            return f"canary waits for approve or reject until {until} UTC: {'; '.join(payload.reasons)}"
        case ev.CanaryApproved() | ev.CanaryRejected() | ev.CanaryAborted():
            return f"{event.actor} orders: {WORDS[payload.kind]} {payload.canary}: {payload.reason}"
        case ev.CanaryOrderRefused():
            return f"{payload.order} {payload.canary}, ordered by {payload.by}, changes nothing: {payload.reason}"
        case ev.CanaryPaused():
            return f"canary held, all arms on control values: {'; '.join(payload.reasons)}"
        case ev.CanaryLapsed():
            return "the canary's lease ran out: its arm fell back to control values by itself"
        case ev.CanaryResumed():
            return f"canary goes on: {payload.reason}"
        case ev.Decided():
            return f"decided: {payload.verdict}: {'; '.join(payload.reasons)}"
        case ev.Applied():
            return f"{payload.outcome}: version {payload.version[:12]} is in force in every arm"
        case ev.Measured():
            return _measured(payload)
        case ev.CycleEnded():
            told = payload.outcome in _DECIDED  # the verdict has just given the same reasons
            return f"cycle {payload.cycle} ended: {payload.outcome}" + ("" if told else f": {payload.reason}")
        case ev.AlertFiring():
            return f"incident: {payload.alert} fires: {payload.summary}"
        case ev.AlertResolved():
            return f"incident over: {payload.alert} resolved (said by {payload.source})"
        case ev.BoundsAdjusted():
            bounds = f"{number(payload.low)} .. {number(payload.high)}"
            return f"bounds of {payload.parameter} {payload.adjustment} to {bounds}: {payload.reason}"
        case ev.BoundsOverrideRequested():
            bounds = f"{payload.parameter} to {number(payload.low)} .. {number(payload.high)}"
            return f"{event.actor} bounds {bounds} until {moment(payload.until)} UTC: {payload.reason}"
        case ev.BoundsOverrideCleared():
            return f"{event.actor} ends the override of {payload.parameter}: {payload.reason}"
        case _:
            return narrate_ops.sentence(event)
