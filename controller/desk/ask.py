"""Asking a controller, and being one when none runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from controller import log
from controller.desk.base import DeskBase
from controller.errors import ConflictError, UnavailableError
from controller.journal import event as ev
from controller.journal.event import Event, Payload
from controller.journal.state import State
from controller.live_store import live_store

Found = TypeVar("Found")
Answered = Callable[[Event], Found | None]
"""What an event says to the one who asked; None when it is no answer. Raises ConflictError for a refusal."""

POLL = 0.2  # seconds between looks at the journal
CONFIRM = 5.0  # seconds from the journal's word to the live file's
PATIENCE = 30.0  # seconds that a controller may take to answer a request that is not a cycle


def silent(_event: Event) -> None:
    """Hear an event, and say nothing."""


class DeskAsking(DeskBase):
    """A desk that waits for what it asked for."""

    def ask(
        self,
        request: Payload,
        answer: Callable[[int], Answered[Found]],
        tell: Callable[[Event], None] = silent,
        *,
        patience: float | None = PATIENCE,
        takes_over: bool = True,
    ) -> Found:
        """Return the answer to a request: a running controller's, or one's own when none runs.

        Args:
            request: what is asked for.
            answer: the request's number in the journal -> what an event after it says to it.
            tell: hears every event that comes after the request.
            patience: seconds in which a controller that says nothing at all must answer; None for as long as it takes.
            takes_over: whether to serve the request oneself when the controller is gone before it was done.

        Raises:
            ConflictError: it was refused; the message says why.
            UnavailableError: the controller does not answer; the request stands in the journal.
        """
        if self.holder() is None:
            return self._serve(request, answer, tell)
        seq = self.submit(request).seq
        heard = answer(seq)
        try:
            return self.follow(seq, heard, tell, patience)
        except UnavailableError:
            if not takes_over or self.holder() is not None:
                raise
            return self._serve(None, lambda _seq: heard, tell, after=seq)

    def _serve(
        self,
        request: Payload | None,
        answer: Callable[[int], Answered[Found]],
        tell: Callable[[Event], None],
        after: int = 0,
    ) -> Found:
        """Be the controller until the request is answered; a cycle that was interrupted is brought to its end first.

        Without a request, the one that stands after event `after` is served.
        """
        from prometheus_client import CollectorRegistry  # noqa: PLC0415 - for the few commands that become a controller

        from controller.process import Process  # noqa: PLC0415 - takes a second, likewise

        found: list[Found] = []
        with Process(
            self.config, self.place, clock=self.clock, log=log.silent, registry=CollectorRegistry()
        ) as process:
            if request is not None:
                after = process.journal.submit(request, at=self.clock.now(), actor=self.actor).seq
            heard, seen = answer(after), after

            def answered(_state: State) -> bool:
                nonlocal seen
                for event in process.journal.read(after=seen):
                    seen = event.seq
                    tell(event)
                    if not found and (said := heard(event)) is not None:
                        found.append(said)
                return bool(found)

            process.run(until=answered)
        if not found:
            raise UnavailableError("stopped before it was done; the request stands in the journal")
        return found[-1]

    def follow(
        self, after: int, answer: Answered[Found], tell: Callable[[Event], None], patience: float | None
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
                if self._running(journal) is None:
                    raise UnavailableError(
                        "the controller stopped before it was done; the request stands in the journal and is served "
                        "when a controller runs again"
                    )
                if patience is not None and waited > patience:
                    raise UnavailableError(
                        f"the controller runs, but has not answered in {patience:.0f} s; the request stands in the "
                        "journal and is served when the controller goes on: its log says what holds it"
                    )
                time.sleep(POLL)
                waited += POLL

    def confirm(self, version: str) -> None:
        """Wait until services read a version that the journal has in force, unless something later is.

        Raises:
            UnavailableError: the live file does not say so in time.
        """
        live, waited = live_store(self.config, self.place), 0.0
        while (found := live.current()) is None or found.version != version:
            state = self.state()
            if state.version != version or state.cycle is not None:
                return
            if waited > CONFIRM:
                raise UnavailableError(
                    f"version {version[:12]} is in force in the journal, but {self.place.parameters} does not say so "
                    f"after {CONFIRM:.0f} s: services may still have the old values. See that the file can be written; "
                    "a controller brings it in line as soon as it can"
                )
            time.sleep(POLL)
            waited += POLL


def answered_with(kind: type[Found]) -> Callable[[int], Answered[Found]]:
    """Return what answers a request whose number its answer carries: an event of a kind, or a refusal, which raises."""

    def numbered(seq: int) -> Answered[Found]:
        def heard(event: Event) -> Found | None:
            payload = event.payload
            if getattr(payload, "request", None) != seq:
                return None
            if isinstance(payload, (ev.RequestRefused, ev.CanaryOrderRefused)):
                raise ConflictError(payload.reason)
            return payload if isinstance(payload, kind) else None

        return heard

    return numbered


class CycleAnswer:
    """What answers a request for a cycle: the end of the first cycle that an operator's request began after it."""

    def __init__(self, seq: int) -> None:
        self._seq = seq
        self._number: int | None = None

    def __call__(self, event: Event) -> ev.CycleEnded | None:
        """Return the end of the cycle. Raises ConflictError when an emergency came before it began."""
        payload = event.payload
        if isinstance(payload, ev.EmergencyPauseRequested) and self._number is None:
            raise ConflictError(
                f"{event.actor} stopped the autopilot before the cycle began: {payload.reason}; the request is void; "
                '`vvtvctl autopilot resume --reason "..."` ends the emergency, then ask again'
            )
        if isinstance(payload, ev.CycleStarted) and payload.trigger == "operator" and self._number is None:
            self._number = payload.cycle
        return payload if isinstance(payload, ev.CycleEnded) and payload.cycle == self._number else None
