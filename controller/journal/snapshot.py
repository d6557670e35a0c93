"""Snapshots: the state after some event, kept in the journal's file so that a fold need not begin at the beginning.

They are a cache and nothing else. A snapshot counts only when its own SHA-256 holds, when the journal has the event
that it names with the hash that it names, and when the code that folds is the code that folded; any other is passed
over, and the fold begins earlier. Controllers write them, readers never do. Reading one runs no code: it is JSON.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, delete, insert, select

from controller.errors import IntegrityError, StorageError
from controller.journal.code import fingerprint
from controller.journal.fold import fold
from controller.journal.state import State
from controller.journal.store import Journal
from controller.journal.tables import EVENTS, SNAPSHOTS

EVERY = 500
"""Events after which a controller writes the next one."""
KEPT = 3


class _Whole(BaseModel):
    """A state as JSON; NaN and infinities as constants: as texts, they would come back as texts where both may be."""

    model_config = ConfigDict(ser_json_inf_nan="constants")

    state: State


def dumped(state: State) -> bytes:
    """Return a state as JSON."""
    return _Whole.model_construct(state=state).model_dump_json().encode()


def loaded(text: bytes) -> State:
    """Return the state that JSON says. Raises ValueError when it is no state."""
    return _Whole.model_validate_json(text).state


@dataclass(frozen=True)
class _Row:
    """One row of the table, whatever stands in it."""

    seq: object
    event: object
    code: object
    state: object
    digest: object

    def wrong(self, known: str | None) -> str:
        """Return what is wrong with it, "" for nothing; `known` is the hash of the event that it names."""
        if not isinstance(self.state, bytes) or self.digest != _digest(self.seq, self.event, self.code, self.state):
            return "was altered after it was written"
        if known is None or self.event != known:
            return "belongs to another journal"
        return ""

    def read(self) -> State | None:
        """Return its state, None when it is not one of this code, or not of that event."""
        if not isinstance(self.state, bytes) or self.code != fingerprint():
            return None
        try:
            found = loaded(self.state)
        except ValueError:
            return None
        return found if (found.seq, found.last_hash) == (self.seq, self.event) else None


def _digest(seq: object, event: object, code: object, state: bytes) -> str:
    return hashlib.sha256(f"{seq} {event} {code}\n".encode(errors="surrogatepass") + state).hexdigest()


def _rows(connection: Connection) -> list[tuple[_Row, str]]:
    """Return every snapshot, newest first, with what is wrong with it."""
    found = []
    for row in connection.execute(select(SNAPSHOTS).order_by(SNAPSHOTS.c.seq.desc())):
        one = _Row(row.seq, row.event, row.code, row.state, row.digest)
        known = connection.execute(select(EVENTS.c.hash).where(EVENTS.c.seq == row.seq)).scalar_one_or_none()
        found.append((one, one.wrong(known)))
    return found


def latest(journal: Journal) -> State:
    """Return the newest state that a snapshot holds; the empty one when none can be used, whatever the reason."""
    try:
        with journal.reading() as connection:
            rows = _rows(connection)
    except (StorageError, IntegrityError):  # a damaged table; where the events are damaged, too, they say so themselves
        return State()
    states = (row.read() for row, wrong in rows if not wrong)
    return next((state for state in states if state is not None), State())


def current(journal: Journal) -> State:
    """Return what the journal says by now: the newest snapshot, and the events after it.

    Raises:
        StorageError: the journal cannot be read.
        IntegrityError: an event is not what any controller of this version writes.
    """
    state = latest(journal)
    return fold(state, journal.stream(after=state.seq))


def save(journal: Journal, state: State) -> None:
    """Keep a state, and of the others the newest that can be used. Raises StorageError."""
    content, code = dumped(state), fingerprint()
    with journal.writing() as connection:
        good = [row.seq for row, wrong in _rows(connection) if not wrong and row.code == code and row.seq != state.seq]
        connection.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.seq.not_in(good[: KEPT - 1])))
        row = {"seq": state.seq, "event": state.last_hash, "code": code, "state": content}
        digest = _digest(state.seq, state.last_hash, code, content)
        connection.execute(insert(SNAPSHOTS).values(row | {"digest": digest}))


def check(journal: Journal) -> tuple[State, int]:
    """Fold every event and compare each snapshot with it; return the state and the number of snapshots.

    Snapshots of other code (an older version of the autopilot) are not compared, and not used either.

    Raises:
        StorageError: the journal cannot be read.
        IntegrityError: a snapshot is not what its events say, or an event cannot be read.
    """
    with journal.reading() as connection:
        rows = _rows(connection)
    kept: dict[object, bytes] = {}
    for row, wrong in rows:
        if wrong:
            raise _error(journal, row.seq, wrong)
        if row.code == fingerprint() and isinstance(row.state, bytes):
            kept[row.seq] = row.state
    state = State()
    for state in _states(journal):
        if state.seq in kept and dumped(state) != kept[state.seq]:
            raise _error(journal, state.seq, "is not what the events before it say")
    return state, len(rows)


def _states(journal: Journal) -> Iterator[State]:
    state = State()
    for event in journal.stream():
        state = fold(state, (event,))
        yield state


def _error(journal: Journal, seq: object, wrong: str) -> IntegrityError:
    return IntegrityError(
        f"{journal.path}: the snapshot of the state at event {seq} {wrong}. The events are whole; a snapshot only "
        "saves reading them again. Find out who wrote to the file, then start the controller again: it replaces the "
        "wrong snapshot"
    )
