"""One example, or any number of them, of every kind of event."""

from __future__ import annotations

import typing

from hypothesis import strategies as st

from controller.journal import event as ev
from controller.journal.event import Event, Payload

KINDS: tuple[type[Payload], ...] = typing.get_args(typing.get_args(Payload)[0])
"""Every kind of payload, as the union names them."""

_FINITE = st.floats(allow_nan=False, allow_infinity=False)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_TIME = st.floats(0, 4e9)


def payloads(*kinds: type[Payload]) -> st.SearchStrategy[Payload]:
    """Return any payload of some kinds; of all, when none is named."""
    st.register_type_strategy(str, _TEXT)
    st.register_type_strategy(float, _FINITE)
    st.register_type_strategy(int, st.integers(-(2**53), 2**53))
    return st.one_of(*(st.from_type(kind) for kind in kinds or KINDS))


def example(kind: type[Payload]) -> Payload:
    """Return a fixed payload of a kind."""
    return EXAMPLES[kind]


def events(*found: Payload, at: float = 1000.0, step: float = 10.0, seq: int = 0) -> tuple[Event, ...]:
    """Return payloads as events, some seconds apart."""
    return tuple(
        Event(
            seq=seq + i,
            at=at + step * (i - 1),
            writer="w",
            actor="autopilot",
            payload=payload,
            previous=f"h{seq + i - 1}",
            hash=f"h{seq + i}",
        )
        for i, payload in enumerate(found, 1)
    )


LOOKED = ev.KpiLook(
    kpi="sales",
    role="primary",
    effect=float("nan"),
    margin=float("inf"),
    standard_error=0.1,
    harm_needed=0.2,
    count=3,
    canary_mean=float("-inf"),
    comparison_mean=0.5,
    verdict="undecided",
    reason="no points yet",
    query="up",
    digest="d",
)
IMPACT = ev.Impact(
    kpi="sales", predicted=0.1, measured=0.08, standard_error=0.01, error_ratio=0.2, before=0.5, after=0.58
)
EXAMPLES: dict[type[Payload], Payload] = {
    type(payload): payload
    for payload in (
        ev.ControllerStarted(pid=7, host="here"),
        ev.ControllerStopped(),
        ev.Adopted(values={"heat": 0.6, "top": 12}, version="v0", source="defaults"),
        ev.CycleRequested(forced={"heat": 0.9}, reason="try"),
        ev.PauseRequested(reason="holiday"),
        ev.ResumeRequested(reason="back"),
        ev.RollbackRequested(version="v0", values={"heat": 0.6}, reason="bad"),
        ev.RolledBack(version="v0", values={"heat": 0.6}, reason="bad"),
        ev.CanaryApproved(canary="c-1", reason="ship it", force=True),
        ev.CanaryRejected(canary="c-1", reason="ugly"),
        ev.CanaryAborted(canary="c-1", reason="wrong build"),
        ev.CanaryOrderRefused(request=7, order="approve", canary="c-1", by="ann", reason="it is over"),
        ev.AlertFiring(
            fingerprint="f1",
            alert="Bad",
            labels={"severity": "critical"},
            summary="\u00fc",
            starts_at="2026-01-01T00:00:00Z",
        ),
        ev.AlertResolved(fingerprint="f1", alert="Bad", source="webhook"),
        ev.CycleStarted(cycle=1, trigger="schedule"),
        ev.PhaseHeld(cycle=1, phase="observing", reason="Prometheus is away", until=1900.0),
        ev.Observed(
            cycle=1, window=60.0, observations=(ev.Observation(kpi="sales", content="number", level=0.5, earlier=None),)
        ),
        ev.Analysed(
            cycle=1,
            findings=("sales is 0.5",),
            details=(ev.Found(kpi="sales", kind="level", text="is 0.5", confidence=0.95, value=0.5),),
        ),
        ev.Proposed(
            cycle=1,
            changes=(ev.Moved(parameter="heat", old=0.6, new=0.75),),
            predicted=(ev.Predicted(kpi="sales", effect=0.1, low=0.0, high=0.2),),
            rationale="why not",
        ),
        ev.Validated(cycle=1, passed=True, cases=3, seconds=0.1, failures=()),
        ev.CanaryStarted(
            cycle=1, canary="c-1", version="v1", planned=240, expires_at=1500.0, detectable={"sales": float("inf")}
        ),
        ev.CanaryStepped(cycle=1, step=2, weight=0.1, version="v1b"),
        ev.CanaryAwaiting(cycle=1, verdict="inconclusive", reasons=("nothing",), deadline=1800.0),
        ev.CanaryLooked(cycle=1, look=1, verdict="undecided", reasons=("more",), kpis=(LOOKED,), expires_at=1600.0),
        ev.CanaryPaused(cycle=1, reasons=("Bad fires",)),
        ev.CanaryLapsed(cycle=1, expired_at=1100.0),
        ev.CanaryResumed(cycle=1, reason="resolved", expires_at=1700.0),
        ev.Decided(cycle=1, verdict="proceed", reasons=("helps",)),
        ev.Applied(cycle=1, outcome="promoted", values={"heat": 0.75, "top": 12}, version="v2"),
        ev.Measured(cycle=1, impacts=(IMPACT,)),
        ev.CycleEnded(cycle=1, outcome="promoted", reason="done"),
        ev.BoundsAdjusted(
            parameter="heat",
            adjustment="contracted",
            low=0.3,
            high=0.9,
            old_low=0.2,
            old_high=1.0,
            reason="3 rollbacks",
            floor=0.2,
        ),
        ev.BoundsAdjustRequested(parameter="heat", low=0.4, high=0.8, reason="calm down"),
        ev.EmergencyPauseRequested(reason="fire"),
        ev.PauseEnded(cause="drift", reason="its time is over"),
        ev.DriftDetected(
            cause="rollbacks", action="pause", reason="3 of 7", value=0.43, threshold=0.1, until=5000.0, strikes=1
        ),
        ev.DeployRequested(values={"heat": 0.7}, reason="now"),
        ev.Deployed(
            version="v3", values={"heat": 0.7, "top": 12}, reason="now", request=1, by="me", golden="3 cases passed"
        ),
        ev.RequestRefused(request=1, what="deployment of heat = 9", by="me", reason="outside hard bounds"),
        ev.JobRequested(job="triage", reason="monday"),
        ev.JobDone(job="triage", trigger="operator", ok=True, text="2 failures", details={"failures": 2}),
        ev.ConfigChanged(digest="d1", changes=("canary.duration: 60m -> 30m",), reason="quicker"),
        ev.ConfigLoaded(digest="d1", changes=("canary.duration: 60m -> 30m",)),
        ev.BoundsOverrideRequested(parameter="heat", low=0.5, high=0.7, until=9000.0, reason="release"),
        ev.BoundsOverrideCleared(parameter="heat", reason="over"),
    )
}
