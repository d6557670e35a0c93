"""A past to look back on: canaries written through the real journal, event by event, as a controller writes them.

Minutes are those since the canary began; a point of evidence is 15 s, so that an hour has 240.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Self

from controller.casebook.collect import records
from controller.casebook.record import Record
from controller.casebook.words import Terms
from controller.journal import event as ev
from controller.journal.event import KpiLook, Payload
from controller.journal.store import Journal
from controller.model import JudgedKpi, Role
from exporter.catalog import CATALOG
from exporter.parameter import Value

BEGIN = 1_790_000_000.0
PRIMARY, RAIL, STEADY = "play_completion", "hd_detection_slow_rate", "selection_entropy"
PLANNED = 240
SCRAPE = 15.0
TERMS = Terms(
    {
        PRIMARY: JudgedKpi(CATALOG.kpi(PRIMARY), Role.PRIMARY, 0.02),
        RAIL: JudgedKpi(CATALOG.kpi(RAIL), Role.GUARDRAIL, 0.05),
        STEADY: JudgedKpi(CATALOG.kpi(STEADY), Role.GUARDRAIL, 0.1),
    },
    SCRAPE,
)


def kpi(name: str, effect: float, half: float, count: int, **more: Any) -> KpiLook:
    """Return what a KPI says: `half` is the interval's half width; its boundaries go with it."""
    role = Role.PRIMARY if name == PRIMARY else Role.GUARDRAIL
    wanted: dict[str, Any] = {
        "kpi": name,
        "role": role,
        "effect": effect,
        "margin": half,
        "low": effect - half,
        "high": effect + half,
        "standard_error": half / 3,
        "harm_needed": 1.2 * half,
        "benefit_needed": half,
        "allowed": {PRIMARY: 0.02, RAIL: 0.05, STEADY: 0.1}[name],
        "detectable": 0.015,
        "fraction": count / PLANNED,
        "noise": 1.0,
        "rule": "score",
        "count": count,
        "canary_mean": 0.57 + effect,
        "comparison_mean": 0.57,
        "verdict": "undecided" if role is Role.PRIMARY else "proceed",
        "reason": f"effect {effect:+.4g}",
        "query": f"sum by (variant) (rate(vvtv_{name}[60s]))",
        "digest": "5f" * 32,
    }
    return KpiLook(**(wanted | more))


class Past:
    """Writes a past. Use as a context manager."""

    def __init__(self, folder: Path, begin: float = BEGIN) -> None:
        self.journal = Journal(folder / "controller" / "journal.db", "writer")
        self.now = begin
        self.cycle = 0
        self.origin = begin
        self.looks = 0
        self.last = 0
        if not self.journal.read():
            self.add(ev.ControllerStarted(pid=7, host="here"))
            self.add(ev.Adopted(values={"temperature": 0.6, "top_k": 12}, version="v0", source="defaults"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.journal.__exit__()

    def add(self, payload: Payload, actor: str = "autopilot") -> int:
        """Append an event now; return its number."""
        self.last = self.journal.append(payload, at=self.now, expected=self.last, actor=actor).seq
        return self.last

    def at(self, minute: float) -> Self:
        """Let time pass until a minute of the canary."""
        self.now = self.origin + 60 * minute
        return self

    def propose(
        self,
        old: Value = 0.6,
        new: Value = 0.75,
        *,
        parameter: str = "temperature",
        effect: float | None = 0.02,
        forced: bool = False,
    ) -> Self:
        """Begin a cycle a day after the one before, and propose a change."""
        self.cycle += 1
        self.now += 86400.0 if self.cycle > 1 else 1.0
        self.looks, self.origin = 0, self.now
        if forced:
            self.add(ev.CycleRequested(forced={parameter: new}, reason="the team suggests it"), "ann")
        self.add(ev.CycleStarted(cycle=self.cycle, trigger="operator" if forced else "schedule"))
        ends = {"low": -0.058, "high": 0.098, "true_low": -0.05, "true_high": 0.09}
        predicted = () if effect is None else (ev.Predicted(kpi=PRIMARY, effect=effect, **ends),)
        self.add(
            ev.Proposed(
                cycle=self.cycle,
                changes=(ev.Moved(parameter=parameter, old=old, new=new),),
                predicted=predicted,
                rationale=f"this step of {parameter} should help",
            )
        )
        return self

    def validate(self, *failures: str) -> Self:
        """Run the golden cases."""
        self.add(
            ev.Validated(cycle=self.cycle, passed=not failures, cases=16, seconds=0.1, failures=failures),
        )
        return self

    def start(self, **more: Any) -> Self:
        """Validate, and begin the canary."""
        self.validate()
        self.now += 10
        self.origin = self.now
        wanted: dict[str, Any] = {
            "cycle": self.cycle,
            "canary": f"cycle-{self.cycle}",
            "version": f"{self.cycle:064x}",
            "planned": PLANNED,
            "expires_at": self.now + 10_000,
            "detectable": {PRIMARY: 0.012, RAIL: 0.02},
            "weights": {"canary": 0.2, "baseline": 0.2, "control": 0.6},
        }
        self.add(ev.CanaryStarted(**(wanted | more)))
        return self

    def look(self, minute: float, *kpis: KpiLook, verdict: str = "undecided", reasons: tuple[str, ...] = ()) -> Self:
        """Look."""
        self.at(minute)
        self.looks += 1
        self.add(
            ev.CanaryLooked(
                cycle=self.cycle,
                look=self.looks,
                verdict=verdict,
                reasons=reasons or (verdict,),
                kpis=kpis,
                expires_at=self.now + 10_000,
            )
        )
        return self

    def course(self, minutes: range, effect: float, half: float, rail: float = 0.0, **more: Any) -> Self:
        """Look every few minutes; intervals narrow from 60 / minute times to `half` at minute 60."""
        for minute in minutes:
            wide = half * math.sqrt(60 / minute)
            wobble = wide * 0.2 * math.sin(minute)
            count = 4 * minute
            self.look(
                minute, kpi(PRIMARY, effect + wobble, wide, count, **more), kpi(RAIL, rail - wobble / 2, wide, count)
            )
        return self

    def pause(self, minute: float, *, alert: str = "") -> Self:
        """Hold the canary, by an alert or by an operator."""
        self.at(minute)
        if alert:
            fires = ev.AlertFiring(fingerprint=alert, alert=alert, labels={}, summary="it burns", starts_at="")
            self.add(fires, "alertmanager")
            self.add(ev.CanaryPaused(cycle=self.cycle, reasons=(f"{alert} fires: it burns",)))
        else:
            self.add(ev.PauseRequested(reason="lunch"), "ann")
            self.add(ev.CanaryPaused(cycle=self.cycle, reasons=("paused by an operator: lunch",)))
        return self

    def resume(self, minute: float, *, alert: str = "") -> Self:
        """Let it go on."""
        self.at(minute)
        if alert:
            self.add(ev.AlertResolved(fingerprint=alert, alert=alert, source="webhook"), "alertmanager")
        else:
            self.add(ev.ResumeRequested(), "ann")
        self.add(ev.CanaryResumed(cycle=self.cycle, reason="nothing holds it any more", expires_at=self.now + 10_000))
        return self

    def end(self, verdict: str, *reasons: str, outcome: str = "", request: int | None = None) -> Self:
        """Decide, apply, measure and end the cycle."""
        self.add(ev.Decided(cycle=self.cycle, verdict=verdict, reasons=reasons, request=request))
        promoted = verdict == "proceed"
        self.add(
            ev.Applied(
                cycle=self.cycle,
                outcome="promoted" if promoted else "reverted",
                values={"temperature": 0.6, "top_k": 12},
                version="v1",
            )
        )
        found = {"proceed": "promoted", "rollback": "rolled_back"}.get(verdict, verdict)
        return self.close(outcome or found, "; ".join(reasons))

    def close(self, outcome: str, reason: str, request: int | None = None) -> Self:
        """End the cycle."""
        self.add(ev.CycleEnded(cycle=self.cycle, outcome=outcome, reason=reason, request=request))
        return self

    def harmed(self, minute: int = 20, rail: float = 0.11) -> Self:
        """Run a canary that harms the guardrail, to its rollback."""
        self.start().course(range(2, minute - 1, 3), 0.004, 0.02, rail=0.05)
        bad = kpi(RAIL, rail, 0.04, 4 * minute, verdict="rollback", reason=f"harm: effect {rail:+.4g} is beyond it")
        reasons = (f"{RAIL}: {bad.reason}",)
        self.look(minute, kpi(PRIMARY, 0.004, 0.03, 4 * minute), bad, verdict="rollback", reasons=reasons)
        return self.end("rollback", *reasons)

    def promoted(self) -> Self:
        """Run a canary that helps, to its promotion."""
        self.start().course(range(2, 28, 3), 0.03, 0.02)
        good = kpi(PRIMARY, 0.034, 0.025, 120, verdict="proceed", reason="benefit: effect +0.034")
        self.look(30, good, kpi(RAIL, 0.001, 0.02, 120), verdict="proceed", reasons=(f"{PRIMARY}: {good.reason}",))
        return self.end("proceed", f"{PRIMARY}: {good.reason}")

    def fruitless(self, effect: float, half: float, why: str = "the planned end is reached", **more: Any) -> Self:
        """Run a canary to its planned end without a decision."""
        self.start().course(range(5, 60, 5), effect, half, **more)
        self.look(
            60,
            kpi(PRIMARY, effect, half, PLANNED, **more),
            kpi(RAIL, 0.0, 0.02, PLANNED),
            verdict="inconclusive",
            reasons=(why,),
        )
        return self.end("inconclusive", why)

    def records(self) -> tuple[Record, ...]:
        """Return what the journal tells of it."""
        return records(self.journal.read())

    def record(self) -> Record:
        """Return the last one."""
        return self.records()[-1]
