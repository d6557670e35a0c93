"""The index of history: entries in an SQLite file, to be asked for pages. A cache of the journal and nothing else.

Opening it brings it up to the journal's last event. It is made anew when it is missing, damaged, made by other code, or
made from another journal; where the file cannot be written, it is made in memory, and reading takes longer.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import quote

from controller.history.entry import Entry
from controller.history.project import IGNORED, Carry, projected
from controller.history.query import Page, Query
from controller.journal import code
from controller.journal.store import Journal

Found = TypeVar("Found")

NAME = "history-index.db"
WAIT = 10.0  # seconds for another process that brings the index up to date
CHUNK = 500  # entries that are held at once
_MEMORY = ":memory:"
_MOST = 2**63 - 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (one INTEGER PRIMARY KEY, code TEXT, seq INTEGER, hash TEXT, carry TEXT);
CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY, at REAL, version TEXT, cause TEXT, actor TEXT, cycle INTEGER, outcome TEXT, text TEXT,
    body TEXT
);
CREATE TABLE IF NOT EXISTS moves (seq INTEGER, parameter TEXT, PRIMARY KEY (parameter, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_version ON entries (version);
CREATE INDEX IF NOT EXISTS entries_at ON entries (at);
"""


class _StaleError(Exception):
    """The index was made by other code, or from another journal."""


@cache
def _fingerprint() -> str:
    """Return a hash of the code that makes entries."""
    folder = Path(__file__).parent
    return code.digest((*(folder / name for name in ("entry.py", "index.py", "project.py")), *code.files()))


class Index:
    """Entries of one journal, brought up to its last event.

    Args:
        journal: the journal.
        path: the cache's file; None makes it in memory.
        begin: an index to begin with in memory, instead of nothing; whatever is wrong with it is raised.

    Raises:
        StorageError: the journal cannot be read.
        IntegrityError: an event cannot be read.
    """

    def __init__(self, journal: Journal, path: Path | None, *, begin: sqlite3.Connection | None = None) -> None:
        self._journal = journal
        self.path = path
        self._connection = self._opened() if begin is None else self._copied(begin)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _opened(self, *, damaged: bool = False) -> sqlite3.Connection:
        """Return a connection to an index that is up to date: the file, the file made anew, or one in memory."""
        for fresh in (damaged, True):
            if self.path is None:
                break
            connection: sqlite3.Connection | None = None
            try:
                if fresh:
                    _remove(self.path)
                connection = _connect(str(self.path))
                self._catch_up(connection)
            except (sqlite3.Error, _StaleError, ValueError, OSError) as error:
                if connection is not None:
                    connection.close()
                if "locked" in str(error):
                    break  # another process makes it: its file is not ours to remove
            else:
                return connection
        self.path = None
        connection = _connect(_MEMORY)
        self._catch_up(connection)
        return connection

    def _copied(self, begin: sqlite3.Connection) -> sqlite3.Connection:
        connection = sqlite3.connect(_MEMORY, isolation_level=None)
        begin.backup(connection)
        self._catch_up(connection)
        return connection

    def _catch_up(self, connection: sqlite3.Connection) -> None:
        last = self._journal.last()
        if _meta(connection)[:2] == last:
            return
        with _alone(connection):
            seq, known, carry = _meta(connection)
            if seq > last[0] or (self._journal.hash_of(seq) or "") != known:
                raise _StaleError
            for event in self._journal.stream(seq, without=IGNORED):
                if event.seq > last[0]:
                    break  # the next reader's
                carry, entries = projected(carry, event)
                for entry in entries:
                    _put(connection, entry)
            row = (1, _fingerprint(), *last, carry.model_dump_json())
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?, ?, ?)", row)

    @property
    def carry(self) -> Carry:
        """What is known after the last event."""
        return self._reliably(lambda connection: _meta(connection)[2])

    def page(self, query: Query, number: int = 1, size: int = 20) -> Page:
        """Return a page of the entries that are asked for, newest first; one beyond the last is empty."""
        where, values = query.condition()

        def read(connection: sqlite3.Connection) -> Page:
            total = connection.execute(f"SELECT count(*) FROM entries WHERE {where}", values).fetchone()[0]  # noqa: S608 - our own texts
            sql = f"SELECT body FROM entries WHERE {where} ORDER BY seq DESC LIMIT ? OFFSET ?"  # noqa: S608 - likewise
            return Page(_parsed(connection.execute(sql, [*values, size, (number - 1) * size])), total, number, size)

        return self._reliably(read)

    def entries(self, query: Query, *, newest_first: bool = False) -> Iterator[Entry]:
        """Yield all entries that are asked for, oldest first unless told otherwise; never all of them in memory."""
        where, values = query.condition()
        order, beyond = ("DESC", "<") if newest_first else ("ASC", ">")
        sql = f"SELECT body FROM entries WHERE {where} AND seq {beyond} ? ORDER BY seq {order} LIMIT {CHUNK}"  # noqa: S608 - our own texts
        last = _MOST if newest_first else 0

        def read(connection: sqlite3.Connection) -> tuple[Entry, ...]:
            return _parsed(connection.execute(sql, [*values, last]))

        while found := self._reliably(read):
            yield from found
            last = found[-1].seq

    def last_used(self) -> dict[str, float]:
        """Return until when each version was in force last, unix seconds; of the last one, since when it is."""
        spans = "SELECT version, max(at, lead(at, 1, at) OVER (ORDER BY seq)) AS until FROM entries"
        sql = f"SELECT version, max(until) FROM ({spans}) GROUP BY version"  # noqa: S608 - our own texts
        return self._reliably(lambda connection: dict(connection.execute(sql).fetchall()))

    def _reliably(self, read: Callable[[sqlite3.Connection], Found]) -> Found:
        """Return what is read; when that fails, the file is damaged, and the index is made anew first."""
        try:
            return read(self._connection)
        except (sqlite3.Error, ValueError, _StaleError):
            if self.path is None:
                raise
            self._connection.close()
            self._connection = self._opened(damaged=True)
            return read(self._connection)

    def differs(self, other: Index) -> int | None:
        """Return the number of the first event whose entry another index has otherwise, None when there is none."""
        for table, order in (("entries", "seq"), ("moves", "seq, parameter")):
            sql = f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608 - our own texts
            mine, others = self._connection.execute(sql), other._connection.execute(sql)
            while True:
                first, second = mine.fetchone(), others.fetchone()
                if first != second:
                    return int((first or second)[0])
                if first is None:
                    break
        return None if self.carry == other.carry else self._journal.last()[0]


def wrong(journal: Journal, path: Path, fresh: Index) -> list[str]:
    """Return what is wrong with an index's file, held against one that was just made; nothing is changed.

    An index of other code, or of another journal, is not wrong: it is not used.
    """
    if not path.exists():
        return []
    hint = "it is only a cache: delete the file, it is made anew by the next who reads history"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=WAIT)) as file:
            if (said := file.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                return [f"{path} is damaged: {said}; {hint}"]
            with Index(journal, None, begin=file) as copy:
                event = copy.differs(fresh)
    except _StaleError:
        return []
    except (sqlite3.Error, ValueError) as error:
        return [f"{path} cannot be read ({error}); {hint}"]
    return [] if event is None else [f"{path} says otherwise than the journal at event {event}; {hint}"]


def _connect(path: str) -> sqlite3.Connection:
    """Return a connection to a file with our tables. Raises sqlite3.Error, _StaleError."""
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        if path != _MEMORY:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            with _alone(connection):
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                row = (_fingerprint(), Carry().model_dump_json())
                connection.execute("INSERT OR IGNORE INTO meta VALUES (1, ?, 0, '', ?)", row)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _alone(connection: sqlite3.Connection) -> Iterator[None]:
    """Open a transaction that alone writes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _meta(connection: sqlite3.Connection) -> tuple[int, str, Carry]:
    """Return number and hash of the last event that is known, and what is known after it. Raises _StaleError."""
    row = connection.execute("SELECT code, seq, hash, carry FROM meta").fetchone()
    if row is None or row[0] != _fingerprint():
        raise _StaleError
    return row[1], row[2], Carry.model_validate_json(row[3])


def _parsed(rows: sqlite3.Cursor) -> tuple[Entry, ...]:
    return tuple(Entry.model_validate_json(row[0]) for row in rows)


def _put(connection: sqlite3.Connection, entry: Entry) -> None:
    moved = {move.parameter for move in (*entry.changes, *entry.tried)}
    texts = (entry.version, entry.cause, entry.actor, entry.rationale, entry.reason, entry.outcome, entry.verdict)
    text = "\n".join((*texts, *(move.text for move in (*entry.changes, *entry.tried)))).casefold()
    body = entry.model_dump_json()
    row = (entry.seq, entry.at, entry.version, entry.cause, entry.actor, entry.cycle, entry.outcome, text, body)
    connection.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.executemany("INSERT OR REPLACE INTO moves VALUES (?, ?)", [(entry.seq, name) for name in sorted(moved)])


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
