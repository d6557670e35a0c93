"""Material for reports: a small past, and an analysis."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal

from controller.adapters.config_file import read_config
from controller.config.config import Config
from controller.journal import event as ev
from controller.journal.event import Event, Found
from controller.report.material import Material, Seen
from controller.stack.checkout import checkout
from tests.controller.casebook.past import BEGIN, PRIMARY, Past

DAY = 86400.0
SEEN = Seen(
    BEGIN + 5 * DAY,
    DAY,
    (f"{PRIMARY} is 0.57 +- 0.01, rises by 0.02 over the window (97 % sure)",),
    (
        Found(kpi=PRIMARY, kind="level", text="is 0.57", confidence=0.95, value=0.57, low=0.56, high=0.58),
        Found(kpi=PRIMARY, kind="quality", text="12% of the window is missing", confidence=1.0, value=0.12),
        Found(kpi=PRIMARY, kind="goal", text="inside its band | `x` <b>", confidence=0.0, value=math.inf),
    ),
    "As Prometheus has it now.",
)
"""An analysis with what Markdown and JSON may trip over."""


def config() -> Config:
    """Return the reference service's configuration."""
    return read_config(checkout() / "autopilot.yaml")


def impact(measured: float, predicted: float | None, ratio: float | None) -> ev.Impact:
    """Return what a change did to the primary KPI."""
    return ev.Impact(
        kpi=PRIMARY,
        predicted=predicted,
        measured=measured,
        standard_error=0.004,
        error_ratio=ratio,
        before=0.57,
        after=0.58,
    )


def measured(past: Past, verdict: str, outcome: str, *impacts: ev.Impact, values: dict[str, float]) -> None:
    """Write the end of a canary: verdict, values, impacts."""
    applied: Literal["promoted", "reverted"] = "promoted" if outcome == "promoted" else "reverted"
    past.add(ev.Decided(cycle=past.cycle, verdict=verdict, reasons=("the numbers say so",)))
    past.add(ev.Applied(cycle=past.cycle, outcome=applied, values=dict(values), version=f"v{past.cycle}"))
    past.add(ev.Measured(cycle=past.cycle, impacts=impacts))
    past.add(ev.CycleEnded(cycle=past.cycle, outcome=outcome, reason="the numbers say so"))


def events(folder: Path) -> tuple[Event, ...]:
    """Return three cycles: a promotion inside its interval, a rollback outside of it, and one that was held."""
    with Past(folder) as past:
        past.propose(effect=0.02).start()
        measured(past, "proceed", "promoted", impact(0.025, 0.02, 0.2), values={"temperature": 0.75, "top_k": 12})
        past.propose(0.75, 0.9, effect=0.02).start()
        measured(past, "rollback", "rolled_back", impact(-0.2, 0.02, 1.1), values={"temperature": 0.75, "top_k": 12})
        past.cycle, past.now = 3, past.now + DAY
        past.add(ev.CycleStarted(cycle=3, trigger="schedule"))
        past.add(ev.CycleEnded(cycle=3, outcome="held", reason="Down fires"))
        return past.journal.read()


def material(found: tuple[Event, ...], since: float = BEGIN - 1, seen: Seen = SEEN) -> Material:
    """Return material of some events, up to a week after their beginning."""
    return Material(config(), found, since, BEGIN + 7 * DAY, seen)
