"""The operator's desk: commands become requests in the journal; a running controller serves them.

Without a running controller, what needs one (a cycle, a rollback) is done here, by a controller that lives as long as
the command.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry

from controller import wiring
from controller.adapters.clock import Clock
from controller.adapters.history import History
from controller.config import Config
from controller.cycle import orders
from controller.errors import ConfigError, ConflictError, IntegrityError, UnavailableError
from controller.journal import event as ev
from controller.journal.event import Event, Payload
from controller.journal.fold import fold
from controller.journal.state import State
from controller.journal.store import Journal
from controller.process import Process
from controller.wiring import Place
from exporter.parameters import ParameterError, Values

PauseOrResume = ev.PauseRequested | ev.ResumeRequested
Answer = TypeVar("Answer", bound=ev.CycleEnded | ev.RolledBack)
Found = TypeVar("Found")

POLL = 0.2  # seconds between looks at the journal
PATIENCE = 30.0  # seconds that a controller may take to answer a request that is not a cycle


def paused(reason: str) -> ev.PauseRequested:
    """Return the request to pause."""
    return ev.PauseRequested(reason=reason)


def resumed(reason: str) -> ev.ResumeRequested:
    """Return the request to resume."""
    return ev.ResumeRequested(reason=reason)


@dataclass(frozen=True)
class Desk:
    """Where one person's requests go in."""

    config: Config
    place: Place
    clock: Clock
    actor: str

    def _journal(self) -> Journal:
        return Journal(self.place.journal, wiring.writer_id())

    def state(self) -> State:
        """Return the state as the journal tells it; empty when there is no journal yet. Raises IntegrityError."""
        if not self.place.journal.exists():
            return State()
        return fold(State(), self.events())

    def events(self, after: int = 0) -> tuple[Event, ...]:
        """Return the journal's events after a sequence number. Raises IntegrityError, StorageError."""
        with self._journal() as journal:
            return journal.read(after)

    def require_journal(self) -> None:
        """Refuse a folder in which no controller has ever run: most likely another one is meant. Raises ConfigError."""
        if not self.place.journal.exists():
            raise ConfigError(
                f"{self.place.journal}: no journal; no controller has run here. `--state` names the stack's folder, "
                "`vvtvctl up` starts a stack"
            )

    def holder(self) -> str | None:
        """Return the controller that is running, None when none is."""
        if not self.place.journal.exists():
            return None
        with self._journal() as journal:
            found = journal.holder(self.clock.now())
        return None if found is None or wiring.dead(found) else found

    def submit(self, payload: Payload) -> Event:
        """Append a request. Raises StorageError."""
        with self._journal() as journal:
            return journal.submit(payload, at=self.clock.now(), actor=self.actor)

    def refused(self, payload: ev.CanaryOrder) -> str | None:
        """Return why an order about a canary would change nothing now, None when it would."""
        ask = self.config.canary.ask_when_inconclusive > 0
        return orders.refusal(self.state(), payload, at=self.clock.now(), ask=ask)

    def order(self, payload: ev.CanaryOrder) -> tuple[Event, Event | None]:
        """Give an order about a canary; return it, and the event that carries it out: None when no controller runs.

        Raises:
            ConflictError: it cannot be carried out; the message says what is under way.
            UnavailableError: the controller does not answer; the order stands in the journal.
        """
        if (why := self.refused(payload)) is not None:
            raise ConflictError(why)
        given = self.submit(payload)
        if self.holder() is None:
            return given, None

        def answers(event: Event) -> Event | None:
            return event if getattr(event.payload, "request", None) == given.seq else None

        done = self._follow(given.seq, answers, lambda _event: None, PATIENCE)
        if isinstance(done.payload, ev.CanaryOrderRefused):
            raise ConflictError(done.payload.reason)
        return given, done

    def cycle(self, forced: Values | None, reason: str, tell: Callable[[Event], None]) -> ev.CycleEnded:
        """Run one cycle and return its end; `tell` hears every event of it.

        Raises:
            ConflictError: the autopilot is paused, or a cycle is under way.
            ConfigError: the forced change is not possible.
        """
        try:
            checked = {name: self.config.specs.get(name).check(value) for name, value in (forced or {}).items()}
        except ParameterError as error:
            raise ConfigError(f"--set: {error}") from None
        state = self.state()
        if state.paused is not None:
            raise ConflictError(f"the autopilot is paused ({state.paused}); `vvtvctl autopilot resume` ends that")
        if state.cycle is not None and self.holder() is not None:
            raise ConflictError(f"cycle {state.cycle.number} is under way ({state.phase}); wait for its end")
        request = ev.CycleRequested(forced=checked or None, reason=reason)
        return self._ask(request, ev.CycleEnded, tell, patience=None, cycles=state.cycles)

    def rollback(self, prefix: str, reason: str) -> ev.RolledBack:
        """Bring a version's values back into force.

        Raises:
            ConfigError: no such version, or its values are outside today's hard bounds.
            IntegrityError: the version was altered.
        """
        version = History(self.place.history).get(prefix)
        try:
            values = self.config.specs.check(version.values, f"version {version.version[:12]}")
        except ParameterError as error:
            raise ConfigError(f"{error}; it cannot come back into force") from None
        request = ev.RollbackRequested(version=version.version, values=values, reason=reason)
        return self._ask(request, ev.RolledBack, lambda _event: None, patience=PATIENCE)

    def _ask(
        self,
        request: Payload,
        answer: type[Answer],
        tell: Callable[[Event], None],
        patience: float | None,
        cycles: int = 0,
    ) -> Answer:
        """Return the answer to a request; the ends of the first `cycles` cycles are none."""
        if self.holder() is None:
            return self._serve(request, answer, tell, cycles)
        event = self.submit(request)

        def answers(event: Event) -> Answer | None:
            return event.payload if isinstance(event.payload, answer) else None

        return self._follow(event.seq, answers, tell, patience)

    def _serve(self, request: Payload, answer: type[Answer], tell: Callable[[Event], None], cycles: int) -> Answer:
        """Be the controller until the request is answered; a cycle that was interrupted is brought to its end first."""
        seen = 0
        found: list[Answer] = []
        silent: Callable[[str], None] = lambda _text: None  # noqa: E731 - the events tell it all
        with Process(self.config, self.place, clock=self.clock, log=silent, registry=CollectorRegistry()) as process:
            asked = process.journal.submit(request, at=self.clock.now(), actor=self.actor)
            seen = asked.seq

            def answered(_state: State) -> bool:
                nonlocal seen
                for event in process.journal.read(after=seen):
                    seen = event.seq
                    tell(event)
                    payload = event.payload
                    if isinstance(payload, answer) and getattr(payload, "cycle", cycles + 1) > cycles:
                        found.append(payload)
                return bool(found)

            process.run(until=answered)
        return found[-1]

    def _follow(
        self, after: int, answer: Callable[[Event], Found | None], tell: Callable[[Event], None], patience: float | None
    ) -> Found:
        """Wait for a running controller to answer; return what `answer` makes of the first event that is one."""
        waited = 0.0
        with self._journal() as journal:
            while True:
                for event in journal.read(after=after):
                    after, waited = event.seq, 0.0
                    tell(event)
                    if (found := answer(event)) is not None:
                        return found
                if self.holder() is None or (patience is not None and waited > patience):
                    raise UnavailableError(
                        "the controller stopped before it was done; the request stands in the journal and is served "
                        "when a controller runs again"
                    )
                time.sleep(POLL)
                waited += POLL

    def verify(self) -> dict[str, Any]:
        """Check journal, history and live file. Raises IntegrityError for the first thing that was altered."""
        self.require_journal()
        with self._journal() as journal:
            events = journal.verify()
        versions = History(self.place.history).list()
        live = wiring.live_store(self.config, self.place).current()
        if live is None:
            raise IntegrityError(
                f"{self.place.parameters}: missing or not a valid document; a controller writes it anew when it starts"
            )
        if live.version not in {version.version for version in versions}:
            raise IntegrityError(f"{self.place.parameters}: version {live.version[:12]} does not stand in history")
        return {"events": events, "versions": len(versions), "live": live.version}
