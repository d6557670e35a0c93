"""Carries a retention plan out, so that no crash at any point loses a version.

A day's archive is written and read back before any of its files is removed. It is named for its content, so that a
second one, with more in it, never stands in the way of the first. Done again after a crash, it ends the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from controller.adapters import archive
from controller.adapters.atomic import write_atomic
from controller.adapters.history import History, read_version
from controller.adapters.version_file import parsed
from controller.errors import ConflictError, IntegrityError, StorageError
from controller.history.retention import Plan

_LEFT = re.compile(r"\.(?:[0-9a-f]{64}\.json|\d{4}-\d{2}-\d{2}-[0-9a-f]{64}\.tar\.gz)\.\w{8}\Z")


@dataclass(frozen=True)
class Done:
    """What was done: days and files compressed, archives removed, bytes saved, and what was left alone as damaged."""

    days: int = 0
    files: int = 0
    removed: int = 0
    saved: int = 0
    problems: tuple[str, ...] = ()


@contextmanager
def alone(history: History) -> Iterator[None]:
    """Keep other upkeep out. Raises ConflictError while there is some, StorageError."""
    try:
        history.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(history.folder, os.O_RDONLY)
    except OSError as error:
        raise StorageError(f"cannot use {history.folder}: {error.strerror}; make it a writable folder") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise ConflictError(f"{history.folder} is being compressed by another process; wait until it is done") from None
    finally:
        os.close(handle)


def carry_out(history: History, plan: Plan) -> Done:
    """Compress and remove as planned; call it inside `alone`.

    Raises:
        StorageError: the disk is full, a folder is read-only; nothing is lost, call again.
        IntegrityError: an archive does not read as it was written; the files are still there.
    """
    done, problems = Done(), list(plan.problems)
    for day, files in plan.days.items():
        good = {}
        for path in files:
            try:
                read_version(path)
                good[path] = path.read_bytes()
            except (IntegrityError, OSError) as error:
                problems.append(str(error))
        if good:
            saved = _compress(history, day, good)
            done = Done(done.days + 1, done.files + len(good), 0, done.saved + saved)
    for path in plan.removed:
        _unlink(path)
    return Done(done.days, done.files, len(plan.removed), done.saved, tuple(problems))


def _compress(history: History, day: str, files: dict[Path, bytes]) -> int:
    """Put files into the day's archive; return how many bytes that saves."""
    folder = history.folder / archive.FOLDER
    older = [path for path in history.archives() if archive.day_of(path) == day]
    held = {path.name: content for path, content in files.items()}
    for path in older:
        held |= archive.unpack(path)  # what is archived already stays as it is
    name, content = archive.pack(day, held)
    target = folder / name
    if target not in older:
        write_atomic(target, content)
        _sync(history.folder)
    if archive.unpack(target) != held:
        raise IntegrityError(f"{target}: does not read as it was written; the files of {day} stay. Look at the disk")
    for member, text in held.items():
        parsed(text, target, Path(member).stem)
    freed = sum(map(len, files.values())) + sum(path.stat().st_size for path in older)
    for path in (*(path for path in older if path != target), *files):
        _unlink(path)
    days = history.folder / day
    for place in (days, folder):
        _sweep(place)
        _sync(place)
    with contextlib.suppress(OSError):  # not empty: something stays
        days.rmdir()
    return freed - len(content)


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot remove {path}: {error.strerror}; make the folder writable, nothing was lost"
        ) from None


def left_over(path: Path) -> bool:
    """Whether a file is one that a killed process left half-written."""
    return _LEFT.match(path.name) is not None


def _sweep(folder: Path) -> None:
    """Remove what killed processes left half-written."""
    for path in folder.glob(".*"):
        if left_over(path):
            _unlink(path)


def _sync(folder: Path) -> None:
    """Bring a folder's entries to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
