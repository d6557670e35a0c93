"""The shows: which acts are played, on which past, with which settings besides the demo's own times."""

from __future__ import annotations

from dataclasses import dataclass, field

from components.history import Coarse, Turn
from controller.trials.demo import comeback, distrust, halt, improve, page, protect, survive, unwind, watch
from controller.trials.demo.act import Act
from controller.trials.demo.past import DAY, Past
from controller.trials.demo.settings import Settings

SPARSE = ("Pause ends in", "Level drift per KPI", "Failures by category", "Patterns")
"""Panels of what a healthy first day does not have: a pause, two weeks of history, a triage."""


@dataclass(frozen=True)
class Show:
    """One show.

    Attributes:
        name: as it is asked for.
        title: of its report.
        acts: in their order.
        past: what Prometheus knows when it begins.
        settings: sections of autopilot.yaml that it has otherwise.
        sparse: whether the panels that must have data afterwards are those of `SPARSE`; else they are all others.
    """

    name: str
    title: str
    acts: tuple[Act, ...]
    past: Past = DAY
    settings: Settings = field(default_factory=dict)
    sparse: bool = False

    def fills(self, panel: str) -> bool:
        """Whether a panel must have data after it."""
        return (panel in SPARSE) == self.sparse


LOOP = Show("loop", "the closed loop", (watch.ACT, improve.ACT, protect.ACT, page.ACT, survive.ACT))
OPERATE = Show(
    "operate",
    "distrust, stopping and unwinding",
    (distrust.ACT, comeback.ACT, halt.ACT, unwind.ACT),
    Past(
        "eleven days of the same service (a sample every four minutes), whose viewers are others in the last 30 hours",
        Coarse(hours=11 * 24, step=240),
        Turn(seconds=30 * 3600, logit=-0.35),
    ),
    {"drift": {"plant": {"action": "pause"}}},
    sparse=True,
)
SHOWS = {show.name: show for show in (LOOP, OPERATE)}
