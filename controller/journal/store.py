"""The journal's store: append-only rows in SQLite (or any database SQLAlchemy knows), and the controller's lease.

Appends carry the sequence number they expect to extend, so two writers can never both act on the same state. The lease
keeps a second controller from starting while the first one lives; it is a courtesy, the sequence number is the fence.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, Row, create_engine, event, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from controller import errors
from controller.journal.chain import check, digest
from controller.journal.event import PAYLOAD, Event, Payload
from controller.journal.tables import EVENTS, LEASE, TABLES

CHUNK = 1000  # rows that are held at once
PATIENCE = 10.0  # seconds that another process may take with the file
POLL = 0.01  # seconds


@contextmanager
def _alone(path: Path, patience: float) -> Iterator[None]:
    """Keep other processes waiting: SQLite does not wait by itself when two make a database, or change its mode.

    Raises:
        StorageError: another process opens the journal, and does not get on with it.
    """
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        deadline = time.monotonic() + patience
        while not _locked(handle):
            if time.monotonic() > deadline:
                raise errors.StorageError(
                    f"cannot open the journal {path}: another process has been opening it for {patience:g} s; find the "
                    "one that hangs or is stopped (`lsof`), let it go on or end it; nothing was lost"
                )
            time.sleep(POLL)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


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


def _text(stored: bytes) -> str:
    """Return stored text; bytes that are no UTF-8 survive, so that the chain, not the driver, finds the damage."""
    return stored.decode(errors="surrogateescape")


def _engine(path: Path, patience: float) -> Engine:
    # URL.create: a path may hold `?`, `#` and `%`, which mean something in a URL's text
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": patience})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
        connection.text_factory = _text
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


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
        self._engine = _engine(path, patience)
        self._writing = self._engine.execution_options(immediate=True)  # one writer at a time, from the first read on
        with self._guard(), _alone(path, patience):
            TABLES.create_all(self._engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def _guard(self) -> _Guard:
        return _Guard(self.path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one moment of the file. Raises StorageError, IntegrityError."""
        with self._guard(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that alone writes, committed at its end. Raises StorageError, IntegrityError."""
        with self._guard(), self._writing.begin() as connection:
            yield connection

    def read(self, after: int = 0) -> tuple[Event, ...]:
        """Return the events after a sequence number, in order. Raises StorageError, IntegrityError (unreadable)."""
        with _uncollected():
            return tuple(self.stream(after))

    def stream(self, after: int = 0, without: str = "") -> Iterator[Event]:
        """Yield the events after a sequence number, in order; never all of them in memory.

        Args:
            after: the sequence number.
            without: a kind of event to leave out; "" for none.

        Raises:
            StorageError: the journal cannot be read.
            IntegrityError: an event is not what any controller of this version writes.
        """
        query = select(EVENTS).where(EVENTS.c.seq > after).order_by(EVENTS.c.seq)
        if without:
            # a kind's name cannot stand so in a text, whose quotes are escaped; it is sought as it is written
            query = query.where(~EVENTS.c.payload.contains(f'"kind": "{without}"', autoescape=True))
        with self.reading() as connection:
            for row in connection.execution_options(yield_per=CHUNK).execute(query):
                yield self._event(row)

    def _event(self, row: Row[Any]) -> Event:
        try:
            return Event(
                seq=row.seq,
                at=row.at,
                writer=row.writer,
                actor=row.actor,
                payload=PAYLOAD.validate_json(row.payload),
                previous=row.previous,
                hash=row.hash,
            )
        except ValueError as error:
            raise errors.IntegrityError(
                f"{self.path}: an event cannot be read ({error}); written by another version of the autopilot?"
            ) from None

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
            # the chain reads the events alone; the rest of the file may be damaged, too
            if (said := connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()) != "ok":
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
            return self._insert(connection, payload, seq=seq + 1, at=at, actor=actor, previous=previous)

    def _insert(
        self, connection: Connection, payload: Payload, *, seq: int, at: float, actor: str, previous: str
    ) -> Event:
        content = payload.model_dump(mode="json")
        text = json.dumps(content, sort_keys=True)
        try:
            stored = PAYLOAD.validate_json(text)  # so that a state folded now is, to the byte, the one folded later
        except ValueError:
            raise errors.ConfigError(
                f"{self.path}: an event of kind {payload.kind} was not written: it holds text that is not UTF-8"
            ) from None
        digested = digest(content, previous=previous, seq=seq, at=at, writer=self.writer, actor=actor)
        row = {
            "seq": seq,
            "at": at,
            "writer": self.writer,
            "actor": actor,
            "payload": text,
            "previous": previous,
            "hash": digested,
        }
        try:
            connection.execute(insert(EVENTS).values(row))
        except IntegrityError:
            raise errors.SequenceConflictError(f"{self.path}: event {seq} was written by somebody else first") from None
        return Event(seq=seq, at=at, writer=self.writer, actor=actor, payload=stored, previous=previous, hash=digested)

    def submit(self, payload: Payload, *, at: float, actor: str) -> Event:
        """Append a request or an alert, whatever stands last; its time is never before the last event's."""
        with self.writing() as connection:
            last = connection.execute(select(EVENTS).order_by(EVENTS.c.seq.desc()).limit(1)).first()
            seq, previous, earliest = (last.seq, last.hash, last.at) if last else (0, "", at)
            return self._insert(
                connection, payload, seq=seq + 1, at=float(max(at, earliest)), actor=actor, previous=previous
            )

    def acquire(
        self, *, now: float, seconds: float, holder: str, dead: Callable[[str], bool] = lambda _holder: False
    ) -> None:
        """Take or renew the controller's lease for some seconds from `now`; a holder known to be dead loses it.

        Raises:
            ConflictError: another controller holds it.
        """
        with self.writing() as connection:
            row = connection.execute(select(LEASE).where(LEASE.c.id == 1)).first()
            values = {"owner": self.writer, "holder": holder, "expires_at": now + seconds}
            if row is None:
                connection.execute(insert(LEASE).values(id=1, **values))
            elif row.owner == self.writer or row.expires_at <= now or dead(row.holder):
                connection.execute(update(LEASE).where(LEASE.c.id == 1).values(values))
            else:
                raise errors.ConflictError(
                    f"{self.path}: another controller ({row.holder}) holds this journal for "
                    f"{row.expires_at - now:.0f} s more; stop it, or give this one a state folder of its own"
                )

    def holder(self, now: float) -> str | None:
        """Return who holds the lease at `now`, None when nobody does."""
        with self.reading() as connection:
            row = connection.execute(select(LEASE).where(LEASE.c.id == 1)).first()
        return row.holder if row is not None and row.expires_at > now else None

    def release(self) -> None:
        """Give the lease up, if this writer holds it."""
        with self.writing() as connection:
            connection.execute(update(LEASE).where(LEASE.c.owner == self.writer).values(expires_at=0.0))


class _Guard:
    """Turns the database's errors into ours, with what to do."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OperationalError) and "locked" in str(error.orig):
            raise errors.StorageError(
                f"cannot use the journal {self._path}: {error.orig} by another process for too long; try again, "
                f"nothing was lost; one that hangs or is stopped (`fuser {self._path}` lists who has it open) keeps it "
                "until it goes on or is killed"
            ) from None
        if isinstance(error, OperationalError):
            raise errors.StorageError(
                f"cannot use the journal {self._path}: {error.orig}; free space or make it writable, nothing was lost"
            ) from None
        if isinstance(error, DatabaseError):
            raise errors.IntegrityError(
                f"{self._path} is damaged or not a journal: {error.orig}; move it away or restore a copy"
            ) from None
