"""The journal's store: append-only rows in SQLite (or any database SQLAlchemy knows), and the controller's lease.

Appends carry the sequence number they expect to extend, so two writers can never both act on the same state. The lease
keeps a second controller from starting while the first one lives; it is a courtesy, the sequence number is the fence.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from controller import errors
from controller.journal import lease, rows
from controller.journal.chain import check
from controller.journal.event import Event, Payload
from controller.journal.sqlite import Guard, alone, engine
from controller.journal.tables import EVENTS, TABLES

CHUNK = 1000  # rows that are held at once
PATIENCE = 10.0  # seconds that another process may take with the file


@contextmanager
def _uncollected() -> Iterator[None]:
    """Do not look for cycles among very many new values, which have none: reading is three times as fast without."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Journal:
    """One journal. Safe to share between threads. Use as a context manager.

    Args:
        path: the SQLite file; its folder is made if it is missing.
        writer: id of this process in what it appends.
        patience: seconds to wait for a process that writes; None for `PATIENCE`.

    Raises:
        StorageError: the file cannot be opened or written.
        IntegrityError: the file is not a journal.
    """

    def __init__(self, path: Path, writer: str, patience: float | None = None) -> None:
        self.path = path
        self.writer = writer
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise errors.StorageError(
                f"cannot make the folder {path.parent}: {error.strerror}; choose a writable one with --state"
            ) from None
        patience = PATIENCE if patience is None else patience
        self._engine = engine(path, patience)
        self._writing = self._engine.execution_options(immediate=True)  # one writer at a time, from the first read on
        with Guard(self.path), alone(path, patience):
            TABLES.create_all(self._engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one moment of the file. Raises StorageError, IntegrityError."""
        with Guard(self.path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that alone writes, committed at its end. Raises StorageError, IntegrityError."""
        with Guard(self.path), self._writing.begin() as connection:
            yield connection

    def read(self, after: int = 0, without: str = "", before: float = math.inf) -> tuple[Event, ...]:
        """Return in order what `stream` yields. Raises StorageError, IntegrityError (unreadable)."""
        with _uncollected():
            return tuple(self.stream(after, without, before))

    def stream(self, after: int = 0, without: str = "", before: float = math.inf) -> Iterator[Event]:
        """Yield the events after a sequence number, in order; never all of them in memory.

        Args:
            after: the sequence number.
            without: a kind of event to leave out; "" for none. Events that are left out are not looked at: none of them
                is found to be unreadable.
            before: the unix time before which it is left out.

        Raises:
            StorageError: the journal cannot be read.
            IntegrityError: an event is not what any controller of this version writes.
        """
        query = select(EVENTS).where(EVENTS.c.seq > after).order_by(EVENTS.c.seq)
        if without:
            query = query.where(~(rows.is_kind(without) & (EVENTS.c.at < before)))
        with self.reading() as connection:
            for row in connection.execution_options(yield_per=CHUNK).execute(query):
                event = rows.event_of(row, self.path)
                if event.payload.kind != without or event.at >= before:
                    yield event

    def last(self) -> tuple[int, str]:
        """Return number and hash of the last event; 0 and "" without any. Raises StorageError."""
        with self.reading() as connection:
            row = connection.execute(select(EVENTS.c.seq, EVENTS.c.hash).order_by(EVENTS.c.seq.desc()).limit(1)).first()
        return (0, "") if row is None else (row.seq, row.hash)

    def hash_of(self, seq: int) -> str | None:
        """Return the hash of an event, None when there is no such event. Raises StorageError."""
        with self.reading() as connection:
            return connection.execute(select(EVENTS.c.hash).where(EVENTS.c.seq == seq)).scalar_one_or_none()

    def require_last(self, seq: int) -> None:
        """Raise SequenceConflictError when the journal has grown beyond an event, StorageError when it is away."""
        if self.hash_of(seq + 1) is not None:
            raise errors.SequenceConflictError(f"{self.path}: somebody appended after event {seq}")

    def verify(self) -> int:
        """Check the whole chain; return the number of events. Raises IntegrityError at the first broken one."""
        with self.reading() as connection:
            rows = connection.execution_options(yield_per=CHUNK).execute(select(EVENTS).order_by(EVENTS.c.seq))
            count = check((tuple(row) for row in rows), str(self.path))
            # the chain reads the events alone; the rest of the file may be damaged, too, e.g. an index's copy of a hash
            if (said := connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()) != "ok":
                raise errors.IntegrityError(
                    f"{self.path} is damaged, though its {count} events are whole: {said}; restore the last good copy"
                )
            return count

    def append(self, payload: Payload, *, at: float, expected: int, actor: str) -> Event:
        """Append one event after the event number `expected`.

        Raises:
            SequenceConflictError: the journal has grown since `expected` was read.
            ConflictError: `at` lies before the last event: the clock went back.
            StorageError: the disk is full, the file is read-only.
        """
        with self.writing() as connection:
            last = connection.execute(select(EVENTS).order_by(EVENTS.c.seq.desc()).limit(1)).first()
            seq, previous = (last.seq, last.hash) if last else (0, "")
            at = float(at)  # as it is read back, and hashed
            if seq != expected:
                raise errors.SequenceConflictError(
                    f"{self.path}: event {seq} stands where event {expected} was expected: somebody else wrote first"
                )
            if last and at < last.at:
                raise errors.ConflictError(
                    f"{self.path}: the clock is {last.at - at:.1f} s before the last event; wait, or correct the clock"
                )
            return self._insert(connection, payload, rows.Place(seq + 1, at, self.writer, actor, previous))

    def _insert(self, connection: Connection, payload: Payload, place: rows.Place) -> Event:
        event, row = rows.made(payload, place, self.path)
        try:
            connection.execute(insert(EVENTS).values(row))
        except IntegrityError:
            raise errors.SequenceConflictError(
                f"{self.path}: event {place.seq} was written by somebody else first"
            ) from None
        return event

    def submit(self, payload: Payload, *, at: float, actor: str) -> Event:
        """Append a request or an alert, whatever stands last; its time is never before the last event's."""
        with self.writing() as connection:
            last = connection.execute(select(EVENTS).order_by(EVENTS.c.seq.desc()).limit(1)).first()
            seq, previous, earliest = (last.seq, last.hash, last.at) if last else (0, "", at)
            place = rows.Place(seq + 1, float(max(at, earliest)), self.writer, actor, previous)
            return self._insert(connection, payload, place)

    def acquire(
        self, *, now: float, seconds: float, holder: str, dead: Callable[[str], bool] = lambda _holder: False
    ) -> None:
        """Take or renew the controller's lease for some seconds from `now`; a holder known to be dead loses it.

        Raises:
            ConflictError: another controller holds it.
        """
        with self.writing() as connection:
            other = lease.taken(connection, lease.Lease(self.writer, holder, now + seconds), now, dead)
        if other is not None:
            raise errors.ConflictError(
                f"{self.path}: another controller ({other.holder}) holds this journal for "
                f"{other.expires_at - now:.0f} s more; stop it, or give this one a state folder of its own"
            )

    def holder(self, now: float) -> str | None:
        """Return who holds the lease at `now`, None when nobody does."""
        with self.reading() as connection:
            found = lease.known(connection)
        return found.holder if found is not None and found.expires_at > now else None

    def release(self) -> None:
        """Give the lease up, if this writer holds it."""
        with self.writing() as connection:
            lease.give_up(connection, self.writer)
