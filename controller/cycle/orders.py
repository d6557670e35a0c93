"""An operator's orders about a canary: approve, reject, abort. Each is carried out, or refused with a reason.

* approve promotes the proposed values whatever the canary's verdict is, while the canary is under way (held ones too),
  and while it waits for an operator's word;
* reject ends it as a rollback, abort ends the cycle without any judgement: both leave the old values everywhere;
* what the evidence has decided stays decided; of orders that wait together, an approval comes last.
"""

from __future__ import annotations

from controller.cycle.context import Context, Step
from controller.journal import event as ev
from controller.journal.state import Order, State
from controller.journal.state_canary import CanaryState
from controller.model import Verdict

WORDS = {"canary_approved": "approve", "canary_rejected": "reject", "canary_aborted": "abort"}
DONE = {"canary_approved": "approved", "canary_rejected": "rejected", "canary_aborted": "aborted"}


def next_order(state: State) -> Order | None:
    """Return the order to answer first: the oldest one, but no approval before a rejection. None without any."""
    return min(state.orders, key=lambda order: (isinstance(order.payload, ev.CanaryApproved), order.seq), default=None)


def answer(context: Context, order: Order) -> Step:
    """Return what an order leads to: the verdict, the end of the cycle, or its refusal."""
    ask = context.config.canary.ask_when_inconclusive > 0
    if (refused := refusal(context.state, order.payload, at=order.at, ask=ask)) is not None:
        return Step(
            ev.CanaryOrderRefused(
                request=order.seq,
                order=WORDS[order.payload.kind],
                canary=order.payload.canary,
                by=order.actor,
                reason=refused,
            )
        )
    cycle, said = context.cycle, f"{DONE[order.payload.kind]} by {order.actor}: {order.payload.reason}"
    if isinstance(order.payload, ev.CanaryAborted):
        return Step(ev.CycleEnded(cycle=cycle.number, outcome="aborted", reason=said, request=order.seq))
    verdict = Verdict.PROCEED if isinstance(order.payload, ev.CanaryApproved) else Verdict.ROLLBACK
    reasons = (said, *_evidence(cycle.canary))
    return Step(ev.Decided(cycle=cycle.number, verdict=verdict, reasons=reasons, request=order.seq))


def _evidence(canary: CanaryState | None) -> tuple[str, ...]:
    """Return what the evidence said when an operator decided instead."""
    if canary is None or canary.looks == 0:
        return ("nothing was seen of it yet",)
    return (f"look {canary.looks} said {canary.verdict}", *canary.reasons)


def refusal(state: State, payload: ev.CanaryOrder, *, at: float, ask: bool) -> str | None:
    """Return why an order cannot be carried out, None when it can.

    Args:
        state: what the journal says now.
        payload: what was ordered.
        at: unix seconds at which it was ordered.
        ask: whether operators are asked when a canary ends inconclusive.
    """
    cycle = state.cycle
    canary = cycle.canary if cycle is not None else None
    if cycle is None or canary is None or canary.id != payload.canary:
        return f"canary {payload.canary} is not under way: {under_way(state)}"
    if cycle.phase != "canary":
        return f"canary {canary.id} is decided already: {cycle.verdict}; `vvtvctl autopilot rollback` can undo it"
    if canary.verdict == Verdict.ROLLBACK:
        return f"canary {canary.id} has done harm and is being rolled back: {'; '.join(canary.reasons)}"
    if isinstance(payload, ev.CanaryApproved):
        return _no_approval(state, canary, payload, at=at, ask=ask)
    return None


def _no_approval(state: State, canary: CanaryState, payload: ev.CanaryApproved, *, at: float, ask: bool) -> str | None:
    if not payload.reason.strip():
        return "an approval needs a reason"
    if canary.verdict == Verdict.PROCEED:
        return f"canary {canary.id} is being promoted by its own evidence: there is nothing to approve"
    if canary.awaiting_until is not None and at >= canary.awaiting_until:
        return f"canary {canary.id} waited for an approval, which came after its deadline"
    if canary.verdict == Verdict.INCONCLUSIVE and canary.awaiting_until is None and not ask:
        return f"canary {canary.id} is over: inconclusive; canary.ask_when_inconclusive would have asked"
    if state.incidents and not payload.force:
        alerts = ", ".join(sorted({incident.alert for incident in state.incidents.values()}))
        return f"{alerts} fires: nothing is promoted during an incident, unless it is forced (--force)"
    return None


def under_way(state: State) -> str:
    """Return what is under way instead of a canary that was asked for, in words."""
    cycle = state.cycle
    if cycle is None:
        last = f"; cycle {state.cycles} ended as {state.last_outcome}" if state.cycles else "; no cycle has run yet"
        return f"the autopilot is idle{last}"
    if cycle.canary is None:
        return f"cycle {cycle.number} is {cycle.phase}, its canary has not begun"
    return f"cycle {cycle.number} is at its step {cycle.phase!r} with canary {cycle.canary.id}"
