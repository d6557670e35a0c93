"""Every side effect of the code under test, one after the other, whoever causes it.

Interposed is the lowest level that Python code can use on a disk and a database: the functions of `os` that change a
file or a folder, opening a file for writing, and the statements and commits of `sqlite3`. So whatever new code writes
is enumerated without being named here: a snapshot, a lease, an archive, a report.

A process that is killed has done all effects before some point and none after it. So what a kill can leave is what
stands on the disk just before each effect, and after the last one. Between two effects nothing changes on the disk.
"""

from __future__ import annotations

import builtins
import io
import os
import sqlite3
import sqlite3.dbapi2
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self
from unittest.mock import patch

from controller.emergency import pause as emergency
from controller.journal import store

CHANGING = (
    *("mkdir", "rmdir", "rename", "replace", "link", "symlink", "unlink", "remove", "truncate", "ftruncate"),
    *("fsync", "fdatasync", "chmod", "fchmod", "chown", "fchown", "utime", "write", "writev", "pwrite", "sendfile"),
)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
READS = ("select", "pragma", "begin", "explain", "rollback")

Point = Callable[[str], None]
"""Called just before an effect with its name."""


def _before(point: Point, name: str, do: Callable[..., Any]) -> Callable[..., Any]:
    def done(*given: Any, **named: Any) -> Any:
        point(name)
        return do(*given, **named)

    return done


def _open_os(point: Point, do: Callable[..., int]) -> Callable[..., int]:
    def opened(path: Any, flags: int, *given: Any, **named: Any) -> int:
        if flags & WRITES:
            point("open")
        return do(path, flags, *given, **named)

    return opened


def _open_io(point: Point, do: Callable[..., Any]) -> Callable[..., Any]:
    def opened(file: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
        if set(mode) & set("wax+"):
            point("open")
        return do(file, mode, *given, **named)

    return opened


class _Cursor(sqlite3.Cursor):
    """Counts statements that change something outside a transaction: they have an effect at once."""

    def execute(self, sql: str, *given: Any) -> Self:
        """Execute one statement."""
        connection = self.connection
        assert isinstance(connection, _Connection)
        if not connection.in_transaction and not sql.lstrip().lower().startswith(READS):
            connection.point(sql.split(maxsplit=1)[0])
        return super().execute(sql, *given)


class _Connection(sqlite3.Connection):
    """Counts commits."""

    point: Point

    def cursor(self, *_given: Any) -> Any:
        """Return a cursor that counts."""
        return super().cursor(_Cursor)

    def commit(self) -> None:
        """Commit."""
        if self.in_transaction:
            self.point("commit")
        super().commit()


@contextmanager
def watched(point: Point, patience: float | None = None) -> Iterator[None]:
    """Call `point` before every side effect in this process inside the block.

    `patience` is for how many seconds the journal is waited for while another has it; None for as long as ever.
    """
    counting = type("Counting", (_Connection,), {"point": staticmethod(point)})
    connected = sqlite3.connect

    def connect(*given: Any, **named: Any) -> Any:
        return connected(*given, factory=counting, **named)

    with ExitStack() as stack:
        if patience is not None:
            for waiting in (store, emergency):
                stack.enter_context(patch.object(waiting, "PATIENCE", patience))
        for name in CHANGING:
            stack.enter_context(patch.object(os, name, _before(point, name, getattr(os, name))))
        stack.enter_context(patch.object(os, "open", _open_os(point, os.open)))
        for module in (builtins, io):
            stack.enter_context(patch.object(module, "open", _open_io(point, module.open)))
        for module in (sqlite3, sqlite3.dbapi2):
            stack.enter_context(patch.object(module, "connect", connect))
        yield
