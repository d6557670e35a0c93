"""Writing a file so that every reader sees either the old content or the new one, whatever happens in between."""

from __future__ import annotations

import contextlib
import glob
import os
import stat
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from controller.errors import SequenceConflictError, StorageError


def discard_prepared(path: Path) -> None:
    """Remove what others made ready to be renamed over `path`, and what killed ones left: it has no effect any more.

    Raises:
        StorageError: no permission.
    """
    try:
        for prepared in path.parent.glob(f".{glob.escape(path.name)}.????????"):  # as mkstemp names them
            prepared.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot remove {error.filename}: {error.strerror}; make its folder writable, nothing was lost"
        ) from None


def write_fenced(path: Path, content: bytes, fence: Callable[[], None]) -> None:
    """Write as `write_atomic` does, unless the fence raises SequenceConflictError once the content is ready.

    Whoever is newer discards what others have ready before it looks at `path` (`discard_prepared`). So an older writer
    that slept, for however long, between its fence and its rename has nothing to rename any more.

    Raises:
        SequenceConflictError: somebody newer came first; `path` is as they left it.
        StorageError: as of `write_atomic`.
    """
    _write(path, (content,), like=None, fence=fence)


def write_atomic(path: Path, content: bytes, *, like: os.stat_result | None = None) -> None:
    """Write to a temporary file beside `path`, flush it to the disk, and rename it over `path`.

    `like` is a file whose mode and, where that is allowed, owner the new one takes; everybody may read it otherwise.

    Raises:
        StorageError: no space, no permission, no folder; `path` is as it was and nothing is left beside it.
    """
    _write(path, (content,), like=like, fence=None)


def stream_atomic(path: Path, parts: Iterable[bytes]) -> int:
    """Write parts as they come, never all of them in memory, as `write_atomic` does; return how many bytes they were.

    Raises:
        StorageError: as of `write_atomic`. Whatever the parts raise leaves `path` as it was, too.
    """
    return _write(path, parts, like=None, fence=None)


def _write(path: Path, parts: Iterable[bytes], *, like: os.stat_result | None, fence: Callable[[], None] | None) -> int:
    size = 0
    temporary: Path | None = None
    _refuse_special(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                size += file.write(part)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644 if like is None else stat.S_IMODE(like.st_mode))
        if like is not None:
            with contextlib.suppress(PermissionError):
                os.chown(temporary, like.st_uid, like.st_gid)
        if fence is not None:
            fence()
        _rename(temporary, path, fenced=fence is not None)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        _remove(temporary)
        raise StorageError(
            f"cannot write {path}: {error.strerror or error}; free space or make the folder writable, nothing was lost"
        ) from None
    except BaseException:  # the fence's, or what the parts raise
        _remove(temporary)
        raise
    return size


def _refuse_special(path: Path) -> None:
    """Refuse a device, a pipe or a socket, like /dev/stdout: renaming would put a plain file in its place."""
    try:
        mode = path.stat().st_mode
        process = path.is_symlink() and path.readlink().is_relative_to("/proc")  # what is open, whatever it is
    except OSError:  # nothing there, or nothing that can be looked at: writing tells
        return
    if process or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise StorageError(f"cannot write {path}: it is no plain file; name one. It was left as it is")


def _remove(temporary: Path | None) -> None:
    if temporary is not None:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _rename(temporary: Path, path: Path, *, fenced: bool) -> None:
    try:
        temporary.replace(path)
    except FileNotFoundError:
        if not fenced:
            raise
        raise SequenceConflictError(f"{path}: somebody newer discarded what was ready to be written there") from None
