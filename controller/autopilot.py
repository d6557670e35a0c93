"""The cycle: observe -> analyse -> propose -> validate -> canary -> decide -> apply -> measure -> learn.

An explicit state machine over the journal. `step` looks at the state (a fold of the journal), does what the phase asks,
and appends at most one event; then it brings the live parameter file in line with the state. The event always comes
before its side effect and the side effect is idempotent, so a restart at any point goes on at the exact step.

Rules that hold in every phase:

* the live file is a pure function of the state (`desired_live`), and of none but the journal's last one: a controller
  that slept while others acted cannot bring an old document back (LiveStore.put);
* only the journal's owner steps; whoever finds another owner stops (FencedError);
* nothing is decided before the live file says what was decided last;
* while the clock is before the journal's last event, every arm is on control values and nothing is decided;
* no answer from Prometheus is neither good nor bad news: the step is held, until a deadline ends it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from controller.config import digest as config_digest
from controller.config.config import Config
from controller.config.schedule import SCHEDULED
from controller.cycle.bounds import conforming
from controller.cycle.context import Context
from controller.cycle.live import conformed, desired_live, note, proposed_values, uniform_live
from controller.cycle.machine import next_step
from controller.cycle.timeouts import overrun
from controller.errors import ConflictError, FencedError, SequenceConflictError, StorageError
from controller.journal import event as ev
from controller.journal import snapshot
from controller.journal.event import Payload
from controller.journal.fold import fold
from controller.journal.state import State
from controller.journal.store import Journal
from controller.ports import Ports

AUTOPILOT = "autopilot"
JUDGED_OTHERWISE = "the configuration by which this canary is judged changed while no controller ran"
CLOCK_TOLERANCE = 5.0  # seconds that the clock may be behind the journal, as a small correction may put it


@dataclass(frozen=True)
class News:
    """What another configuration changes.

    Attributes:
        changes: lines for people.
        ends_canary: why a canary under way cannot go on; empty when it can.
    """

    changes: tuple[str, ...] = ()
    ends_canary: str = ""


class Autopilot:
    """One controller on one journal.

    Args:
        config: what it pilots.
        journal: where it remembers.
        ports: everything outside.
    """

    def __init__(self, config: Config, journal: Journal, ports: Ports) -> None:
        self.config = config
        self.journal = journal
        self.ports = ports
        self.state = State()
        self._news: News | None = News()
        self._kept = 0  # number of the event after which the state was last kept

    def start(self, now: float, changes: Callable[[str], tuple[str, ...]] = lambda _digest: ()) -> None:
        """Check the journal's chain, take the journal over, and bring the live file in line.

        Values that the configuration does not allow any more (other parameters, narrower bounds) are brought inside it.

        Args:
            now: unix seconds.
            changes: digest of the configuration that the journal knows -> what differs from it, as far as is known.

        Raises:
            IntegrityError: the journal was altered.
            StorageError: the journal or the live file cannot be written.
            ConflictError: the clock is before the journal's last event.
        """
        self.journal.verify()
        self.state = snapshot.current(self.journal)
        self._take_over(now)
        self._news = News(changes(self.state.config_digest))
        if not self.state.version:
            self._append_anyhow(self._adoption(), now)
        self._settle(now)
        while not self._reconcile(now):
            self.refresh()
        self._keep()

    def reconfigure(self, config: Config, ports: Ports, news: News) -> None:
        """Work with another configuration from the next step on, which brings values and bounds inside it."""
        self.config, self.ports, self._news = config, ports, news

    def stop(self, now: float) -> None:
        """Say in the journal that this controller ended in good order; a running canary is left to its lease."""
        self.refresh()
        self._append_anyhow(ev.ControllerStopped(), now)
        self._keep()

    def _keep(self) -> None:
        """Keep the state, so that whoever reads the journal need not fold it from its beginning."""
        with contextlib.suppress(StorageError):  # a cache: without it, reading takes longer; tried again in a while
            snapshot.save(self.journal, self.state)
        self._kept = self.state.seq

    def refresh(self) -> None:
        """Fold what others appended. Raises FencedError when another controller owns the journal."""
        self.state = fold(self.state, self.journal.read(after=self.state.seq))
        if self.state.owner != self.journal.writer:
            raise FencedError(f"{self.journal.path}: another controller took the journal over; this one stops")

    def step(self, now: float) -> float:
        """Do what is due; return in how many seconds to call again, 0 when there is more to do at once.

        Raises:
            FencedError: another controller owns the journal.
            StorageError: the journal or the live file cannot be written; call again later, nothing is lost.
            ConflictError: the clock went back; call again when it has caught up.
        """
        self.refresh()
        self._settle(now)
        if not self._reconcile(now):
            return 0.0
        if (behind := self.state.last_at - now) > CLOCK_TOLERANCE:
            raise ConflictError(
                f"the clock is {behind:.0f} s before the journal's last event; every arm has control values until it "
                "has caught up; wait, or correct the clock"
            )
        context, began = Context(self.config, self.ports, self.state, now), time.monotonic()
        step = next_step(context)
        if not isinstance(step.payload, ev.CycleEnded):
            step = overrun(context, time.monotonic() - began) or step
        if step.payload is not None and step.regardless:
            self._append_anyhow(step.payload, now, late=True)
        elif step.payload is not None:
            try:
                self._append(step.payload, now)
            except SequenceConflictError:
                return 0.0  # a request or an alert came in between: decide again with it
        if not self._reconcile(now):
            return 0.0
        if self.state.seq - self._kept >= snapshot.EVERY:
            self._keep()
        return 0.0 if step.payload is not None else step.wait

    def _append(self, payload: Payload, now: float) -> None:
        event = self.journal.append(payload, at=now, expected=self.state.seq, actor=AUTOPILOT)
        self.state = fold(self.state, (event,))

    def _append_anyhow(self, payload: Payload, now: float, *, late: bool = False) -> None:
        """Append what holds whatever comes from outside meanwhile; `late`: also after what came since `now`.

        Raises FencedError: not after another controller.
        """
        while True:
            self.refresh()
            with contextlib.suppress(SequenceConflictError):
                return self._append(payload, max(now, self.state.last_at) if late else now)

    def _take_over(self, now: float) -> None:
        """Become the journal's owner, whoever was it."""
        while True:
            self.state = fold(self.state, self.journal.read(after=self.state.seq))
            with contextlib.suppress(SequenceConflictError):
                return self._append(ev.ControllerStarted(pid=os.getpid(), host=socket.gethostname()), now)

    def _adoption(self) -> ev.Adopted:
        """Return the values to begin with: the live file's, else the configuration's defaults."""
        live = self.ports.live.current()
        specs = self.config.specs
        if live is not None:
            values, source = live.arms["control"], "live file"
        else:
            values, source = specs.defaults(), "defaults"
        version = uniform_live(self.config, values).version
        return ev.Adopted(values=values, version=version, source=source)

    def _settle(self, now: float) -> None:
        """Say in the journal which configuration holds from now on, and bring everything inside it; once.

        A canary that it would judge otherwise ends first: whoever is killed in between finds the change again.
        """
        if self._news is None:
            return
        digest, judging = config_digest.digest(self.config), config_digest.judging(self.config)
        cycle, known = self.state.cycle, self.state.judging_digest
        if known not in ("", judging) and cycle is not None and cycle.phase == "canary" and cycle.canary is not None:
            reason = self._news.ends_canary or JUDGED_OTHERWISE
            self._append_anyhow(ev.CycleEnded(cycle=cycle.number, outcome="aborted", reason=reason), now)
        if (digest, judging) != (self.state.config_digest, known):
            plans = {name: self.config.schedule.when(name).text for name in SCHEDULED}
            loaded = ev.ConfigLoaded(digest=digest, judging=judging, changes=self._news.changes, plans=plans)
            self._append_anyhow(loaded, now)
        self._conform(now)
        self._news = None

    def _conform(self, now: float) -> None:
        """Bring values and sliding bounds inside a configuration that changed since the journal was written."""
        values, proposed = self.state.values, proposed_values(self.state)
        allowed = conformed(self.config, values)
        if self.state.cycle is not None and (allowed != values or conformed(self.config, proposed) != proposed):
            reason = "the configuration changed and does not allow the cycle's values any more"
            ended = ev.CycleEnded(cycle=self.state.cycle.number, outcome="aborted", reason=reason)
            self._append_anyhow(ended, now)
        if allowed != values:
            version = uniform_live(self.config, allowed).version
            self._append_anyhow(ev.Adopted(values=allowed, version=version, source="changed configuration"), now)
        for adjusted in conforming(self.config, self.state):
            self._append_anyhow(adjusted, now)

    def _reconcile(self, now: float) -> bool:
        """Bring the live file in line with the state; return whether the state was the journal's last one."""
        held = now < self.state.last_at - CLOCK_TOLERANCE
        live = desired_live(self.config, self.state, now, held=held)
        try:
            self.ports.live.put(live, note(self.state), lambda: self.journal.require_last(self.state.seq))
        except SequenceConflictError:
            return False
        return True
