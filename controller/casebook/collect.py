"""Journal events -> records, one for each cycle. What the fold knows is taken from the fold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from controller.casebook.record import ALERT, LAPSE, OPERATOR, WAITING, Hold, Looked, Record, Word
from controller.cycle.orders import WORDS
from controller.journal import event as ev
from controller.journal.event import Event
from controller.journal.fold import fold
from controller.journal.state import CycleState, State

DONE = "carried out"
_STARTS_AGAIN = (ev.CanaryResumed, ev.Decided, ev.CycleEnded)


def records(events: Iterable[Event]) -> tuple[Record, ...]:
    """Return one record per cycle, the oldest first. `events` is the whole journal."""
    drafts: list[_Draft] = []
    state, asked = State(), ("", "")
    for event in events:
        before, state = state, fold(state, (event,))
        payload = event.payload
        if isinstance(payload, ev.CycleRequested):
            asked = event.actor, payload.reason
        elif isinstance(payload, ev.CycleStarted) and state.cycle is not None:
            by, why = asked if payload.trigger == "operator" else ("", "")
            drafts.append(_Draft(state.cycle, Record(payload.cycle, payload.trigger, event.at, event.at, by, why)))
        elif drafts:
            drafts[-1].add(event, before, state)
    return tuple(draft.record() for draft in drafts)


@dataclass
class _Draft:
    """A record in the making; `cycle` is what the fold knew of it last."""

    cycle: CycleState
    known: Record
    looks: list[Looked] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    def add(self, event: Event, before: State, after: State) -> None:
        """Take an event that follows the cycle's beginning."""
        self._answer(event)
        if self.known.ended_at is not None:
            return
        self.cycle = after.cycle or self.cycle
        self.known = replace(self.known, seen_until=event.at)
        if isinstance(event.payload, _STARTS_AGAIN):
            self._go_on(event.at)
        self._hear(event)
        self._stand_still(event, after)
        self._step(event, before)

    def _step(self, event: Event, before: State) -> None:
        payload = event.payload
        if isinstance(payload, ev.CanaryLooked):
            self.looks.append(Looked(event.at, payload))
        elif isinstance(payload, ev.Decided):
            self.known = replace(self.known, decided_at=event.at, request=payload.request)
        elif isinstance(payload, ev.CycleEnded):
            canary = before.cycle.canary if before.cycle else None
            if canary is not None:
                windows = canary.windows(event.at)
                self.cycle = replace(self.cycle, canary=replace(canary, exposures=windows, exposed_since=None))
            self.known = replace(
                self.known,
                ended_at=event.at,
                outcome=payload.outcome,
                end_reason=payload.reason,
                held_by=ALERT if before.incidents else OPERATOR if before.paused is not None else "",
                request=self.known.request if payload.request is None else payload.request,
            )

    def _stand_still(self, event: Event, after: State) -> None:
        payload = event.payload
        if isinstance(payload, ev.CanaryPaused):
            self._go_on(event.at)
            alerts = tuple(sorted({incident.alert for incident in after.incidents.values()}))
            self.holds.append(Hold(event.at, None, ALERT if alerts else OPERATOR, payload.reasons, alerts))
        elif isinstance(payload, ev.CanaryLapsed):
            self.holds.append(Hold(payload.expired_at, None, LAPSE, ("every arm was on control values",)))
        elif isinstance(payload, ev.CanaryAwaiting):
            self._go_on(event.at)
            self.holds.append(Hold(event.at, None, WAITING, payload.reasons))

    def _go_on(self, at: float) -> None:
        if self.holds and self.holds[-1].end is None:
            self.holds[-1] = replace(self.holds[-1], end=at)

    def _hear(self, event: Event) -> None:
        said = _said(event.payload)
        if said is not None and self.cycle.canary is not None and self.known.decided_at is None:
            self.words.append(Word(event.seq, event.at, event.actor, *said))

    def _answer(self, event: Event) -> None:
        payload = event.payload
        if isinstance(payload, ev.CanaryOrderRefused):
            self._answered(payload.request, f"refused: {payload.reason}")
        elif isinstance(payload, (ev.Decided, ev.CycleEnded)) and payload.request is not None:
            self._answered(payload.request, DONE)

    def _answered(self, request: int, answer: str) -> None:
        self.words = [replace(word, answer=answer) if word.seq == request else word for word in self.words]

    def record(self) -> Record:
        """Return it as it is by now."""
        cycle, canary = self.cycle, self.cycle.canary
        found = replace(
            self.known,
            changes=cycle.changes,
            predicted=cycle.predicted,
            rationale=cycle.rationale,
            golden=cycle.golden,
            looks=tuple(self.looks),
            holds=tuple(self.holds),
            words=tuple(self.words),
            verdict=cycle.verdict,
            reasons=cycle.reasons,
            impacts=cycle.impacts,
        )
        if canary is None:
            return found
        return replace(
            found,
            version=canary.version,
            planned=canary.planned,
            detectable=tuple(canary.detectable.items()),
            started_at=canary.started_at,
            exposures=canary.windows(found.seen_until),
            steps=canary.steps,
        )


def _said(payload: ev.Payload) -> tuple[str, str] | None:
    """Return an operator's order and the reason, None for what is no operator's word."""
    if isinstance(payload, (ev.CanaryApproved, ev.CanaryRejected, ev.CanaryAborted)):
        return WORDS[payload.kind], payload.reason
    if isinstance(payload, (ev.PauseRequested, ev.ResumeRequested, ev.RollbackRequested)):
        return payload.kind.removesuffix("_requested"), payload.reason
    return None
