"""A journal's SQLite file: how it is opened, who waits for whom, and its errors in our words."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError

from controller import errors

POLL = 0.01  # seconds


@contextmanager
def alone(path: Path, patience: float) -> Iterator[None]:
    """Keep other processes waiting: SQLite does not wait by itself when two make a database, or change its mode.

    Raises:
        StorageError: another process opens the journal, and does not get on with it; or its folder cannot be opened.
    """
    try:
        handle = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise errors.StorageError(
            f"cannot open the journal's folder {path.parent}: {error.strerror}; become a user who may, such as the "
            "controller's"
        ) from None
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


def _text(stored: bytes) -> str:
    """Return stored text; bytes that are no UTF-8 survive, so that the chain, not the driver, finds the damage."""
    return stored.decode(errors="surrogateescape")


def engine(path: Path, patience: float) -> Engine:
    """Return what connects to a file, and waits so many seconds for a process that writes."""
    # URL.create: a path may hold `?`, `#` and `%`, which mean something in a URL's text
    made = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": patience})

    @event.listens_for(made, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
        connection.text_factory = _text
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return made


class Guard:
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
