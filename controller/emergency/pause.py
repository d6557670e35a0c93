"""An emergency pause: every arm on control values at once, however the controller, the configuration or the disk is.

Three acts, each of them tried whatever became of the others:

1. the live file gets control values in every arm, from what it says itself: effective for the service at once;
2. `EmergencyPauseRequested` is appended: no controller, also after a restart, brings a canary back until it is resumed;
3. the live file is brought in line with the journal, as the controller would do it. A controller that wrote its older
   document between 1 and 2 is corrected by that, and none can write an older one afterwards (LiveStore.put).

Where the journal cannot take it, a note is left that a controller appends before it goes on (emergency_note). The first
two acts import little and wait for nothing but their own files.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from controller.adapters.clock import Clock
from controller.emergency import note as emergency_note
from controller.emergency.file import Held, hold
from controller.errors import AutopilotError, StorageError
from controller.journal import event as ev
from controller.journal.event import Event
from controller.journal.store import Journal
from controller.place import Place
from controller.who import dead, writer_id

PATIENCE = 2.0  # seconds to wait for a process that holds the journal; one that hangs holds it for ever

InLine = Callable[[], Held]
"""The third act. Raises AutopilotError: the configuration cannot be read, the journal or the file not be used."""


@dataclass(frozen=True)
class Stopped:
    """What an emergency pause did.

    Attributes:
        effective: seconds from its beginning until every arm had control values; None when one may not have them.
        event: stands in the journal; None when it could not be appended.
        done: what was done, for people, in order.
        undone: what was not, with what to do.
        error: why the pause is not in force, or does not survive a restart; None when it does.
    """

    effective: float | None
    event: Event | None
    done: tuple[str, ...]
    undone: tuple[str, ...]
    error: AutopilotError | None


@dataclass(frozen=True)
class Emergency:
    """One emergency pause.

    Attributes:
        place: where the controller keeps what it knows.
        clock: wall clock.
        actor: who wants it.
        reason: why.
        began: `time.monotonic()` when it was asked for.
    """

    place: Place
    clock: Clock
    actor: str
    reason: str
    began: float

    def first(self) -> Held:
        """Give every arm of the live file control values: the first act."""
        word = f"emergency pause by {self.actor}: {self.reason}"
        return hold(self.place.parameters, self.place.history, word, self.clock.now())

    def stop(self, in_line: InLine) -> Stopped:
        """Do all three acts; `in_line` is the third one."""
        first = self.first()
        effective = self._since()
        try:
            event = self._appended()
        except AutopilotError as error:
            return self._not_in_the_journal(error, first, effective)
        last, told = self._third(in_line)
        if not first.uniform:
            effective = self._since()
        done = [first.text if first.uniform else last.text, f"event {event.seq} in the journal: it survives a restart"]
        undone = [first.warning or last.warning, told]
        if not last.uniform:
            undone.append(last.text)
            lost = StorageError(f"an arm may still have other values than control: {last.text}")
            return Stopped(None, event, tuple(done[1:]), _said(undone), lost)
        return Stopped(effective, event, tuple(done), _said(undone), None)

    def _since(self) -> float:
        return time.monotonic() - self.began

    def _appended(self) -> Event:
        with Journal(self.place.journal, writer_id(), PATIENCE) as journal:
            request = ev.EmergencyPauseRequested(reason=self.reason)
            return journal.submit(request, at=self.clock.now(), actor=self.actor)

    def _third(self, in_line: InLine) -> tuple[Held, str]:
        """Bring the live file in line with the journal; hold it once more as it is where that cannot be."""
        try:
            return in_line(), ""
        except (AutopilotError, OSError) as error:  # of a folder that nobody lets us look into, too
            held = self.first()
            told = f"the live file was held as it stands, not held against the journal: {error}"
            return held, told

    def _not_in_the_journal(self, error: AutopilotError, first: Held, effective: float) -> Stopped:
        """Hold the live file once more, and say what an emergency pause lacks that the journal could not take."""
        last = self.first()
        done = [first.text] if first.uniform else []
        undone = ["" if last.uniform else last.text, last.warning, f"it does not stand in the journal: {error}"]
        who = self._holder() or "a controller that starts"
        try:
            emergency_note.leave(self.place, self.actor, self.reason)
            done.append(
                f"a note in {emergency_note.path_of(self.place)}: {who} puts it in the journal before it goes on"
            )
        except AutopilotError as unwritten:
            undone.append(
                f"{who} cannot know of it ({unwritten}) and may bring the canary back until its lease is over: stop "
                "the controller, make the journal writable, and repeat this command"
            )
        return Stopped(effective if last.uniform else None, None, tuple(done), _said(undone), error)

    def _holder(self) -> str:
        """Return the controller that runs, as far as the journal can be read; empty when none does."""
        try:
            with Journal(self.place.journal, writer_id()) as journal:
                found = journal.holder(self.clock.now())
        except AutopilotError:
            return ""
        return "" if found is None or dead(found) else f"the running controller ({found})"


def _said(texts: list[str]) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
