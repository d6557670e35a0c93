"""Events -> what people and programs are shown of the running canary, or of the last one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from controller.config.config import Config
from controller.cycle.live import weights_in_force
from controller.finite import finite
from controller.journal import event as ev
from controller.journal.event import Event
from controller.journal.fold import fold
from controller.journal.state import CycleState, State
from controller.journal.state_canary import CanaryState


@dataclass(frozen=True)
class Seen:
    """A canary as the journal tells it.

    Attributes:
        cycle: its cycle, as it was last.
        canary: the canary itself.
        looks: every look at it, each with its unix time.
        outcome: of its cycle; empty while that is under way.
        reason: of that outcome.
    """

    cycle: CycleState
    canary: CanaryState
    looks: tuple[tuple[float, ev.CanaryLooked], ...]
    outcome: str = ""
    reason: str = ""

    @property
    def over(self) -> bool:
        """Whether it has ended, with a verdict or without."""
        return bool(self.outcome) or self.cycle.phase != "canary"

    def doing(self, now: float) -> str:
        """What it is doing, in one word; a lease that ran out has lapsed, though no controller may have noticed yet."""
        if self.over:
            return "over"
        if self.canary.awaiting_until is not None:
            return "awaiting"
        if not self.canary.running:
            return "lapsed" if self.canary.lapsed else "held"
        return "lapsed" if self.unwatched(now) else "running"

    def unwatched(self, now: float) -> bool:
        """Whether the lease of a canary that should run is over: nobody renewed it, all arms are on control values."""
        until = self.canary.expires_at
        return not self.over and self.canary.running and until is not None and now >= until

    def series(self, kpi: str) -> tuple[tuple[float, ev.CanaryLooked, ev.KpiLook], ...]:
        """Return every look at one KPI: unix time, the look, and what the KPI said."""
        return tuple((at, look, item) for at, look in self.looks for item in look.kpis if item.kpi == kpi)


def last_canary(events: Sequence[Event]) -> Seen | None:
    """Return the canary that began last, None when none ever has. `events` is the whole journal."""
    starts = [i for i, event in enumerate(events) if isinstance(event.payload, ev.CanaryStarted)]
    if not starts:
        return None
    begin = starts[-1]
    ends = [i for i, event in enumerate(events) if i > begin and isinstance(event.payload, ev.CycleEnded)]
    last = ends[0] if ends else len(events)
    cycle = fold(State(), events[:last]).cycle
    if cycle is None or cycle.canary is None:
        return None
    looks = tuple((e.at, e.payload) for e in events[begin:last] if isinstance(e.payload, ev.CanaryLooked))
    end = events[last].payload if ends else None
    told = (end.outcome, end.reason) if isinstance(end, ev.CycleEnded) else ("", "")
    return Seen(cycle, cycle.canary, looks, *told)


def counted_seconds(config: Config, canary: CanaryState, now: float) -> float:
    """Return the seconds of exposure that count: without the warm-up of each stretch."""
    return sum(max(0.0, window.seconds - config.canary.warmup) for window in canary.windows(now))


def document(config: Config, seen: Seen, now: float) -> dict[str, Any]:
    """Return a canary as plain values: what `vvtvctl canary status --json` prints."""
    canary, cycle = seen.canary, seen.cycle
    return {
        "id": canary.id,
        "cycle": cycle.number,
        "state": seen.doing(now),
        "verdict": cycle.verdict or canary.verdict,
        "reasons": list(cycle.reasons or canary.reasons),
        "outcome": seen.outcome or None,
        "changes": [move.model_dump() for move in cycle.changes],
        "weights": weights_in_force(config, canary),
        "step": len(canary.steps),
        "ladder": list(canary.ladder),
        "steps": [{"at": step.at, "weight": step.weight} for step in canary.steps],
        "started_at": canary.started_at,
        "expires_at": canary.expires_at if canary.running else None,
        "exposed_seconds": round(counted_seconds(config, canary, now), 1),
        "planned_seconds": canary.planned * config.prometheus.scrape_interval,
        "planned_points": canary.planned,
        "blind_seconds": round(canary.blind_for(now), 1),
        "awaiting_until": canary.awaiting_until,
        "looks": canary.looks,
        "last_look_at": canary.last_look_at if canary.looks else None,
        "kpis": [finite(kpi.model_dump(mode="json")) for kpi in canary.kpis],
        "series": {
            kpi.kpi: [
                {"look": look.look, "at": at, "verdict": look.verdict} | finite(_numbers(item))
                for at, look, item in seen.series(kpi.kpi)
            ]
            for kpi in canary.kpis
        },
    }


def look_document(at: float, look: ev.CanaryLooked) -> dict[str, Any]:
    """Return one look at unix time `at` as plain values: a line of `vvtvctl canary status --watch --json`."""
    kpis = [finite(kpi.model_dump(mode="json")) for kpi in look.kpis]
    return {"at": at, **look.model_dump(mode="json", exclude={"kpis"}), "kpis": kpis}


def _numbers(item: ev.KpiLook) -> dict[str, Any]:
    names = ("count", "effect", "margin", "low", "high", "harm_needed", "benefit_needed", "fraction")
    return {name: getattr(item, name) for name in names}
