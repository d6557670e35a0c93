"""The file that history's index is in: its tables, whose code and which event it is of, and one writer at a time."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from controller.history.carry import Carry
from controller.history.entry import Entry
from controller.journal import code

WAIT = 10.0  # seconds for another process that brings the index up to date
MEMORY = ":memory:"
CODE = ("begin.py", "carry.py", "entry.py", "follow.py", "index.py", "index_file.py", "project.py")
"""What in this folder makes entries and keeps them: an index of other code is of no use."""
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


class StaleError(Exception):
    """The index was made by other code, or from another journal."""


@cache
def fingerprint() -> str:
    """Return a hash of the code that makes entries."""
    folder = Path(__file__).parent
    return code.digest((*(folder / name for name in CODE), *code.files()))


def connect(path: str) -> sqlite3.Connection:
    """Return a connection to a file with our tables. Raises sqlite3.Error, StaleError."""
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        if path != MEMORY:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            with alone(connection):
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                row = (fingerprint(), Carry().model_dump_json())
                connection.execute("INSERT OR IGNORE INTO meta VALUES (1, ?, 0, '', ?)", row)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def alone(connection: sqlite3.Connection) -> Iterator[None]:
    """Open a transaction that alone writes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def meta(connection: sqlite3.Connection) -> tuple[int, str, Carry]:
    """Return number and hash of the last event that is known, and what is known after it. Raises StaleError."""
    row = connection.execute("SELECT code, seq, hash, carry FROM meta").fetchone()
    if row is None or row[0] != fingerprint():
        raise StaleError
    return row[1], row[2], Carry.model_validate_json(row[3])


def put(connection: sqlite3.Connection, entry: Entry) -> None:
    """Write an entry; one that is there is replaced."""
    moved = {move.parameter for move in (*entry.changes, *entry.tried)}
    texts = (entry.version, entry.cause, entry.actor, entry.rationale, entry.reason, entry.outcome, entry.verdict)
    text = "\n".join((*texts, *(move.text for move in (*entry.changes, *entry.tried)))).casefold()
    body = entry.model_dump_json()
    row = (entry.seq, entry.at, entry.version, entry.cause, entry.actor, entry.cycle, entry.outcome, text, body)
    connection.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.executemany("INSERT OR REPLACE INTO moves VALUES (?, ?)", [(entry.seq, name) for name in sorted(moved)])


def remove(path: Path) -> None:
    """Remove an index's file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
