"""Events -> the chain of decisions about one parameter, newest first. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

from controller.cycle.deploy import title
from controller.journal import event as ev
from controller.journal.event import Event
from controller.moment import moment
from controller.why.attempt import after, begun
from controller.why.link import Attempt, How, Link, Refused, Room

Request = ev.RollbackRequested | ev.DeployRequested
Values = ev.Adopted | ev.Applied | ev.RolledBack | ev.Deployed
Read = Callable[[float], Iterable[Event]]
"""Unix seconds -> the journal up to the moment that is asked about, but for looks at canaries before then."""


def chain(events: Iterable[Event], parameter: str, begin: Room | None) -> tuple[Link, ...]:
    """Return how a parameter came to its value, newest first; empty when the journal does not know it.

    Args:
        events: the journal's, oldest first, up to the moment that is asked about.
        parameter: its name.
        begin: the bounds that the configuration begins with; None for a choice.
    """
    found = _Chain(parameter, begin)
    for event in events:
        found.hear(event)
    return found.links()


def newest(read: Read, parameter: str, begin: Room | None, depth: int) -> tuple[Link, ...]:
    """Return the chain; looks, which are most of a journal, are read for its newest `depth` links alone.

    The others are as `chain` gives them, but for what looks said.
    """
    links = chain(read(math.inf), parameter, begin)
    began = [one.at for link in links[:depth] for one in (link, link.attempt, *link.tried) if one is not None]
    return chain(read(min(began)), parameter, begin) if began else links


class _Chain:
    """Listens to the journal, and keeps what matters to one parameter."""

    def __init__(self, parameter: str, begin: Room | None) -> None:
        self._parameter = parameter
        self._room = begin
        self._override: ev.BoundsOverrideRequested | None = None
        self._override_by = ""
        self._links: list[Link] = []
        self._attempt: Attempt | None = None
        self._promoted = False
        self._requests: dict[int, tuple[str, Request]] = {}

    def links(self) -> tuple[Link, ...]:
        """Return the chain, newest first; a cycle that is under way stands with what it has tried so far."""
        self._close()
        return tuple(reversed(self._links))

    def hear(self, event: Event) -> None:
        """Take one event in."""
        payload = event.payload
        if isinstance(payload, ev.CycleStarted):
            self._attempt, self._promoted = begun(self._parameter, payload, event.at), False
        elif self._attempt is not None:
            self._attempt = after(self._attempt, self._parameter, event)
        match payload:
            case ev.Adopted():
                self._came(event, payload, "adopted", payload.source, event.actor)
            case ev.Applied() if payload.outcome == "promoted":
                self._promote(event, payload)
            case ev.RolledBack() | ev.Deployed():
                self._changed(event, payload)
            case ev.RollbackRequested() | ev.DeployRequested():
                self._requests[event.seq] = (event.actor, payload)
            case ev.RequestRefused():
                self._refuse(event, payload)
            case ev.CycleEnded():
                self._close()
            case _:
                self._bounds(event)

    def _bounds(self, event: Event) -> None:
        payload = event.payload
        if getattr(payload, "parameter", None) != self._parameter:
            return
        match payload:
            case ev.BoundsAdjusted():
                if payload.adjustment not in ("overridden", "restored"):
                    self._room = Room(payload.low, payload.high)
                if payload.adjustment == "restored":
                    self._override = None
                self._extend(bounds=((event.at, payload),))
            case ev.BoundsOverrideRequested():
                self._override, self._override_by = payload, event.actor
            case ev.BoundsOverrideCleared():
                self._override = None
            case _:
                pass

    def _room_at(self, at: float) -> Room | None:
        override = self._override
        if self._room is None or override is None or at >= override.until:
            return self._room
        until = moment(override.until)
        return Room(override.low, override.high, f"until {until} UTC by {self._override_by}: {override.reason}")

    def _came(self, event: Event, payload: Values, how: How, reason: str, actor: str) -> bool:
        """Add a link when the value is another than before; return whether it is."""
        new = payload.values.get(self._parameter)
        old = self._links[-1].new if self._links else None
        if new is None or (self._links and new == old):
            return False
        room = self._room_at(event.at)
        self._links.append(Link(event.seq, event.at, how, old, new, actor, reason, payload.version, room))
        return True

    def _promote(self, event: Event, payload: ev.Applied) -> None:
        reasons = self._attempt.reasons if self._attempt is not None else ()
        reason = "; ".join(reasons) or f"cycle {payload.cycle}"
        self._promoted = self._came(event, payload, "promoted", reason, event.actor)

    def _changed(self, event: Event, payload: ev.RolledBack | ev.Deployed) -> None:
        by, request = self._requests.pop(payload.request or 0, (payload.by, None))
        how: How = "deployed" if isinstance(payload, ev.Deployed) else "rolled_back"
        if self._came(event, payload, how, payload.reason, by or payload.by or event.actor):
            golden = payload.golden if isinstance(payload, ev.Deployed) else ""
            forced = request.force if request is not None else False
            self._links[-1] = replace(self._links[-1], forced=forced, golden=golden)

    def _refuse(self, event: Event, payload: ev.RequestRefused) -> None:
        by, request = self._requests.pop(payload.request, ("", None))
        if request is None or not self._links:
            return
        new = request.values.get(self._parameter)
        if new is not None and new != self._links[-1].new:
            self._extend(refused=(Refused(event.at, title(request), by, new, payload.reason),))

    def _close(self) -> None:
        """Put the cycle where it belongs: to the value that it put in force, or to what was tried since."""
        attempt, self._attempt = self._attempt, None
        if attempt is None or not self._links:
            return
        if self._promoted:
            self._links[-1] = replace(self._links[-1], attempt=attempt)
        elif attempt.new is not None:
            self._extend(tried=(attempt,))

    def _extend(
        self,
        *,
        tried: tuple[Attempt, ...] = (),
        refused: tuple[Refused, ...] = (),
        bounds: tuple[tuple[float, ev.BoundsAdjusted], ...] = (),
    ) -> None:
        if not self._links:
            return
        last = self._links[-1]
        self._links[-1] = replace(
            last,
            tried=(*last.tried, *tried),
            refused=(*last.refused, *refused),
            bounds=(*last.bounds, *bounds),
        )
