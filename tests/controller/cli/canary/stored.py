"""A Prometheus that holds ten hours of the shop: nothing was changed but for one canary, which helped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from controller.adapters.clock import Clock
from controller.journal import event as ev
from controller.journal.store import Journal
from tests.controller.cli.terminal import Terminal
from tests.controller.replay.ground import STEP, openmetrics, text
from tests.controller.running import place
from tests.prometheus import running_prometheus

COUNT = 2400
BEGAN, ENDED = 1900, 2020  # points of the canary
LEASE = 1e6


@dataclass(frozen=True)
class Stored:
    """Where the samples are.

    Attributes:
        url: of Prometheus.
        begin: unix seconds of the first sample; the last is about now.
        config: autopilot.yaml that names it.
    """

    url: str
    begin: float
    config: Path

    def at(self, point: float) -> float:
        """Return the time of a point."""
        return self.begin + STEP * point


@contextmanager
def stored(folder: Path) -> Iterator[Stored]:
    """Start the Prometheus."""
    begin = (Clock().now() // STEP - COUNT) * STEP
    with running_prometheus(folder / "prometheus", openmetrics(begin, COUNT, 12, slice(BEGAN + 1, ENDED + 1))) as url:
        config = folder / "autopilot.yaml"
        config.write_text(text(url), encoding="utf-8")
        yield Stored(url, begin, config)


def write_journal(terminal: Terminal, found: Stored) -> None:
    """Write the journal of the stack in which the canary ran."""
    events: tuple[tuple[float, ev.Payload], ...] = (
        (BEGAN - 1, ev.CycleStarted(cycle=1, trigger="test")),
        (
            BEGAN,
            ev.CanaryStarted(
                cycle=1,
                canary="cycle-1",
                version="v",
                planned=120,
                expires_at=found.at(BEGAN) + LEASE,
                detectable={},
                weights={"canary": 0.2, "baseline": 0.2, "control": 0.6},
            ),
        ),
        (ENDED, ev.Decided(cycle=1, verdict="proceed", reasons=("it sells more",))),
        (ENDED + 1, ev.CycleEnded(cycle=1, outcome="promoted", reason="it sells more")),
    )
    with Journal(place(terminal.state).journal, "test") as journal:
        for seq, (point, payload) in enumerate(events):
            journal.append(payload, at=found.at(point), expected=seq, actor="autopilot")
