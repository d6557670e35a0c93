"""A lock between processes: a file held through `flock`, freed by the kernel when its holder dies."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from controller.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def file_lock(path: Path, *, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold `path` exclusively, waiting for whoever holds it; `waiting` is called if that is needed.

    The folder must exist; the file stays behind, empty.

    Raises:
        StorageError: the file cannot be opened for writing.
    """
    try:
        handle = path.open("a")
    except OSError as error:
        raise StorageError(
            f"cannot write the lock {path}: {error.strerror}. Use a folder that you may write."
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
