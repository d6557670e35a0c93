"""What a running controller's probes are told: gathered from its parts, judged by controller/health.py."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from controller import who
from controller.autopilot import Autopilot
from controller.cycle.live import desired_live
from controller.errors import AutopilotError
from controller.health import Health, Pulse, dead, patience, unready
from controller.place import Place
from controller.telemetry.telemetry import Telemetry


class Vitals:
    """One controller's.

    Args:
        autopilot, telemetry, place: its parts.
        now: tells unix time.
        stopping: tells whether it was told to stop.

    Attributes:
        pulse: what its step loop last did; the loop sets it.
        refused: why the last reload was refused, empty when it was not.
    """

    def __init__(
        self,
        autopilot: Autopilot,
        telemetry: Telemetry,
        place: Place,
        *,
        now: Callable[[], float],
        stopping: Callable[[], bool],
    ) -> None:
        self._autopilot = autopilot
        self._telemetry = telemetry
        self._place = place
        self._now = now
        self._stopping = stopping
        self.pulse = Pulse(time.monotonic())
        self.refused = ""

    def dead(self) -> str | None:
        """Return why the controller must be taken for dead, None while it moves; looks at no file."""
        return dead(self.pulse, time.monotonic(), self._patience())

    def look(self) -> Health:
        """Return what is wrong with the controller, by how much it matters; reads the journal and the live file."""
        autopilot, now, moment = self._autopilot, self._now(), time.monotonic()
        pulse = replace(self.pulse, stopping=self._stopping())
        try:
            holder = autopilot.journal.holder(now)
            owner = autopilot.state.owner == autopilot.journal.writer and holder == who.holder()
            live = self._live_problem(now)
        except AutopilotError as error:
            owner, live = False, str(error)
        reasons = unready(pulse, moment, self._patience(), owner=owner, live=live)
        return Health(self.dead(), reasons, self._degraded())

    def _patience(self) -> float:
        return patience(self._autopilot.config, self._autopilot.state.phase)

    def _degraded(self) -> tuple[str, ...]:
        failure = self._telemetry.prometheus_failure
        found = [f"the last query to Prometheus failed: {failure}"] if failure is not None else []
        if self.refused:
            found.append(f"the last reload was refused, the configuration before it is in force: {self.refused}")
        return tuple(found)

    def _live_problem(self, now: float) -> str | None:
        """Return what is wrong with the live parameter file, None when it says what was decided last."""
        pulse, state = self.pulse, self._autopilot.state
        live, wanted = self._autopilot.ports.live.current(), desired_live(self._autopilot.config, state, now)
        if live is None:
            return f"{self._place.parameters}: missing, or not a valid document"
        settled = pulse.step_since is None and pulse is self.pulse  # a step in between is about to write it
        if settled and not pulse.held and live.version != wanted.version:
            return f"{self._place.parameters}: does not say what was decided last"
        return None
