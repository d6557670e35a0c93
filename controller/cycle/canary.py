"""The canary under way: look at it, hold it during incidents, let it grow, end it with a verdict."""

from __future__ import annotations

from controller.adapters.answer import PrometheusError
from controller.cycle.context import POLL, Context, Step
from controller.cycle.doubt import doubted
from controller.cycle.incidents import stale
from controller.cycle.look import look
from controller.cycle.start import holds, leased, start
from controller.cycle.steps import step_up
from controller.journal import event as ev
from controller.journal.state_canary import CanaryState
from controller.model import Verdict

OVERTIME = 1.5  # times its planned exposure after which a canary with too few points ends


def canary(context: Context) -> Step:
    """Return what is due of the cycle's canary."""
    found = context.cycle.canary
    if found is None:
        return start(context)
    if found.verdict not in (Verdict.UNDECIDED, Verdict.BLIND):  # first of all: no pause or lapse may undo it
        return _over(context, found)
    if found.running and found.expires_at is not None and context.now >= found.expires_at:
        return Step(ev.CanaryLapsed(cycle=context.cycle.number, expired_at=found.expires_at))
    if found.running and (reasons := holds(context)):
        return Step(ev.CanaryPaused(cycle=context.cycle.number, reasons=reasons))
    if not found.running:
        return _paused(context, found)
    return _running(context, found)


def _over(context: Context, found: CanaryState) -> Step:
    """Return the end of a canary whose last look had the last word, or the wait for an operator's."""
    if found.awaiting_until is not None:
        return _awaiting(context, found, found.awaiting_until)
    if found.verdict == Verdict.INCONCLUSIVE:
        return _inconclusive(context, *found.reasons)
    if found.verdict == Verdict.PROCEED and (reason := doubted(context, found)) is not None:
        return _inconclusive(context, reason, *found.reasons)
    return _decided(context, found.verdict, *found.reasons)


def _decided(context: Context, verdict: Verdict | str, *reasons: str) -> Step:
    return Step(ev.Decided(cycle=context.cycle.number, verdict=str(verdict), reasons=reasons))


def _inconclusive(context: Context, *reasons: str) -> Step:
    """Return the end of a canary that showed nothing, or the wait for an operator's word, when that is configured."""
    patience = context.config.canary.ask_when_inconclusive
    if patience <= 0:
        return _decided(context, Verdict.INCONCLUSIVE, *reasons)
    deadline = context.now + patience
    return Step(
        ev.CanaryAwaiting(cycle=context.cycle.number, verdict=Verdict.INCONCLUSIVE, reasons=reasons, deadline=deadline)
    )


def _awaiting(context: Context, found: CanaryState, deadline: float) -> Step:
    if context.now < deadline:
        return Step(wait=min(POLL, deadline - context.now))
    return _decided(context, found.verdict, *found.reasons, "no operator approved or rejected it in time")


def _paused(context: Context, found: CanaryState) -> Step:
    since = context.now - (found.paused_at if found.paused_at is not None else context.now)
    settings = context.config.canary
    if found.lapsed and since > settings.blind_deadline:
        return _decided(context, Verdict.BLIND, f"nobody watched this canary for {since:.0f} s")
    if reasons := holds(context):
        if found.lapsed:
            return Step(ev.CanaryPaused(cycle=context.cycle.number, reasons=reasons))
        try:
            if (resolved := stale(context)) is not None:
                return resolved
        except PrometheusError:
            pass  # nobody knows better than the incident that was reported
        if since > settings.pause_deadline:
            return _decided(context, Verdict.INCONCLUSIVE, f"held for {since:.0f} s, which is too long", *reasons)
        return Step(wait=POLL)
    reason = "the controller is back" if found.lapsed else "nothing holds it any more"
    return Step(ev.CanaryResumed(cycle=context.cycle.number, reason=reason, expires_at=leased(context)))


def _running(context: Context, found: CanaryState) -> Step:
    settings = context.config.canary
    if (reason := _unseen(context, found)) is not None:
        return _decided(context, Verdict.BLIND, reason, *found.reasons)
    exposed = sum(window.seconds for window in found.windows(context.now))
    planned = found.planned * context.config.prometheus.scrape_interval
    if exposed > OVERTIME * (planned + settings.warmup * (1 + len(found.exposures))):
        few = f"{exposed:.0f} s of exposure gave too few points to decide"
        return _inconclusive(context, few, *found.reasons)
    due = found.last_look_at + settings.look_every - context.now
    if due <= 0:
        return Step(look(context, found, expires_at=leased(context)))
    return step_up(context, found) or Step(wait=min(due, POLL))


def _unseen(context: Context, found: CanaryState) -> str | None:
    """Return why a canary that cannot be seen must end, None while it may go on."""
    settings = context.config.canary
    if found.blind_since is None:
        return None
    if (blind := context.now - found.blind_since) > settings.blind_deadline:
        return f"nothing could be seen for {blind:.0f} s"
    if (blind := found.blind_for(context.now)) > settings.blind_budget:
        return f"nothing could be seen for {blind:.0f} s in all, {settings.blind_budget:.0f} s are allowed"
    return None
