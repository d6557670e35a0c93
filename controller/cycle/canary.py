"""The canary: start it when it can see its effect, look at it, hold it during incidents, end it with a verdict."""

from __future__ import annotations

from dataclasses import asdict

from controller.adapters.answer import PrometheusError
from controller.cycle.context import POLL, Context, Step, ended, held_by_prometheus
from controller.cycle.incidents import stale
from controller.cycle.live import desired_canary_version
from controller.decide import canary as judge
from controller.decide.gauge import minimum_detectable_effect
from controller.decide.noise import estimate
from controller.journal import event as ev
from controller.journal.state import CanaryState
from controller.model import KpiSample, Verdict

OVERTIME = 1.5  # times its planned exposure after which a canary with too few points ends


def canary(context: Context) -> Step:
    """Return what is due of the cycle's canary."""
    found = context.cycle.canary
    if found is None:
        return _start(context)
    if found.verdict not in (Verdict.UNDECIDED, Verdict.BLIND):  # first of all: no pause or lapse may undo it
        return _decided(context, found.verdict, *found.reasons)
    if found.running and found.expires_at is not None and context.now >= found.expires_at:
        return Step(ev.CanaryLapsed(cycle=context.cycle.number, expired_at=found.expires_at))
    if found.running and (reasons := _holds(context)):
        return Step(ev.CanaryPaused(cycle=context.cycle.number, reasons=reasons))
    if not found.running:
        return _paused(context, found)
    return _running(context, found)


def _holds(context: Context) -> tuple[str, ...]:
    """Return why a canary must not run now."""
    incidents = tuple(f"{incident.alert} fires: {incident.summary}" for incident in context.state.incidents.values())
    paused = () if context.state.paused is None else (f"paused by an operator: {context.state.paused}",)
    return incidents + paused


def _decided(context: Context, verdict: Verdict | str, *reasons: str) -> Step:
    return Step(ev.Decided(cycle=context.cycle.number, verdict=str(verdict), reasons=reasons))


def _lease(context: Context) -> float:
    return context.now + context.config.canary.lease


def _start(context: Context) -> Step:
    cycle, config = context.cycle, context.config
    if reasons := _holds(context):
        return ended(cycle, "held", "; ".join(reasons))
    try:
        samples = context.ports.evidence.samples((), context.state.exposures, context.now, context.now)
    except PrometheusError as error:
        return held_by_prometheus(context, error)
    if missing := judge.blindness(tuple(sample.evidence for sample in samples), config.policy):
        return ended(cycle, "refused", "; ".join((*missing, *_patience(context, samples))))
    detectable = {
        sample.evidence.judged.kpi.name: minimum_detectable_effect(
            estimate(sample.evidence.history.difference), config.policy.planned
        )
        for sample in samples
    }
    for predicted in cycle.predicted:
        hoped = max(abs(predicted.effect), abs(predicted.low), abs(predicted.high))
        if (needed := detectable.get(predicted.kpi)) is not None and hoped < needed:
            longer = config.canary.duration * (needed / hoped) ** 2 if hoped > 0 else float("inf")
            return ended(
                cycle,
                "refused",
                f"a canary of {config.canary.duration:g} s detects an effect of {needed:.3g} on {predicted.kpi}, but "
                f"at most {hoped:.3g} is expected; about {longer:.0f} s would do (canary.duration)",
            )
    return Step(
        ev.CanaryStarted(
            cycle=cycle.number,
            canary=f"cycle-{cycle.number}",
            version=desired_canary_version(config, context.state, f"cycle-{cycle.number}"),
            planned=config.policy.planned,
            expires_at=_lease(context),
            detectable=detectable,
        )
    )


def _patience(context: Context, samples: tuple[KpiSample, ...]) -> tuple[str, ...]:
    """Return for how long the arms must still be scraped until there is enough A/A history."""
    lacking = context.config.policy.minimum_history - min(sample.evidence.history.count for sample in samples)
    seconds = lacking * context.config.prometheus.scrape_interval
    time = f"{seconds:.0f} s" if seconds < 2 * 60 else f"{seconds / 60:.0f} min"
    return (f"enough in about {time} of scrapes",) if lacking > 0 else ()


def _paused(context: Context, found: CanaryState) -> Step:
    since = context.now - (found.paused_at if found.paused_at is not None else context.now)
    settings = context.config.canary
    if found.lapsed and since > settings.blind_deadline:
        return _decided(context, Verdict.BLIND, f"nobody watched this canary for {since:.0f} s")
    if reasons := _holds(context):
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
    return Step(ev.CanaryResumed(cycle=context.cycle.number, reason=reason, expires_at=_lease(context)))


def _running(context: Context, found: CanaryState) -> Step:
    settings = context.config.canary
    if found.blind_since is not None and context.now - found.blind_since > settings.blind_deadline:
        blind = context.now - found.blind_since
        return _decided(context, Verdict.BLIND, f"nothing could be seen for {blind:.0f} s", *found.reasons)
    exposed = sum(window.seconds for window in found.windows(context.now))
    allowed = OVERTIME * (settings.duration + settings.warmup * (1 + len(found.exposures)))
    if exposed > allowed:
        return _decided(
            context, Verdict.INCONCLUSIVE, f"{exposed:.0f} s of exposure gave too few points to decide", *found.reasons
        )
    due = found.last_look_at + settings.look_every - context.now
    return Step(wait=min(due, POLL)) if due > 0 else _look(context, found)


def _look(context: Context, found: CanaryState) -> Step:
    policy = context.config.policy
    samples: tuple[KpiSample, ...] = ()
    try:
        samples = context.ports.evidence.samples(
            found.windows(context.now), context.state.exposures, found.started_at, context.now
        )
        blind = judge.blindness(tuple(sample.evidence for sample in samples), policy)
    except PrometheusError as error:
        blind = (str(error),)
    look = (
        judge.Look(Verdict.BLIND, blind, ())
        if blind
        else judge.judge(tuple(sample.evidence for sample in samples), policy)
    )
    return Step(
        ev.CanaryLooked(
            cycle=context.cycle.number,
            look=found.looks + 1,
            verdict=look.verdict,
            reasons=look.reasons,
            kpis=tuple(
                ev.KpiLook(**asdict(kpi), query=sample.query, digest=sample.digest)
                for kpi, sample in zip(look.kpis, samples, strict=False)
            ),
            expires_at=_lease(context),
        )
    )
