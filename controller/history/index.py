"""The index of history: entries in an SQLite file, to be asked for pages. A cache of the journal and nothing else.

Opening it brings it up to the journal's last event. It is made anew when it is missing, damaged, made by other code, or
made from another journal; where the file cannot be written, it is made in memory, and reading takes longer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self, TypeVar

from controller.history.carry import Carry
from controller.history.entry import Entry
from controller.history.index_file import MEMORY, StaleError, alone, connect, fingerprint, meta, put, remove
from controller.history.project import IGNORED, projected
from controller.history.query import Page, Query
from controller.journal.store import Journal

Found = TypeVar("Found")

NAME = "history-index.db"
CHUNK = 500  # entries that are held at once
_MOST = 2**63 - 1


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
                    remove(self.path)
                connection = connect(str(self.path))
                self._catch_up(connection)
            except (sqlite3.Error, StaleError, ValueError, OSError) as error:
                if connection is not None:
                    connection.close()
                if "locked" in str(error):
                    break  # another process makes it: its file is not ours to remove
            else:
                return connection
        self.path = None
        connection = connect(MEMORY)
        self._catch_up(connection)
        return connection

    def _copied(self, begin: sqlite3.Connection) -> sqlite3.Connection:
        connection = sqlite3.connect(MEMORY, isolation_level=None)
        begin.backup(connection)
        self._catch_up(connection)
        return connection

    def _catch_up(self, connection: sqlite3.Connection) -> None:
        last = self._journal.last()
        if meta(connection)[:2] == last:
            return
        with alone(connection):
            seq, known, carry = meta(connection)
            if seq > last[0] or (self._journal.hash_of(seq) or "") != known:
                raise StaleError
            for event in self._journal.stream(seq, without=IGNORED):
                if event.seq > last[0]:
                    break  # the next reader's
                carry, entries = projected(carry, event)
                for entry in entries:
                    put(connection, entry)
            row = (1, fingerprint(), *last, carry.model_dump_json())
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?, ?, ?)", row)

    @property
    def carry(self) -> Carry:
        """What is known after the last event."""
        return self._reliably(lambda connection: meta(connection)[2])

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
        except (sqlite3.Error, ValueError, StaleError):
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


def _parsed(rows: sqlite3.Cursor) -> tuple[Entry, ...]:
    return tuple(Entry.model_validate_json(row[0]) for row in rows)
