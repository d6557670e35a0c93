"""Digests of files that a subject is made of."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from pathlib import Path

from controller.errors import ConfigError


def files_in(folder: Path, patterns: Iterable[str]) -> list[Path]:
    """Return the files that patterns such as `src/**/*.py` name below a folder. Raises ConfigError for one without."""
    found: list[Path] = []
    for pattern in patterns:
        try:
            files = [path for path in folder.glob(pattern) if path.is_file()]
        except (ValueError, NotImplementedError) as error:  # an empty or an absolute pattern
            raise ConfigError(f"golden.files: {pattern!r}: {error}; write patterns below golden.folder") from None
        if not files:
            raise ConfigError(f"golden.files: {pattern!r} names no file below {folder}; correct or remove it")
        found += files
    return found


def named_by(folder: Path, argv: Iterable[str]) -> list[Path]:
    """Return the files that a command line names."""
    found = []
    for word in argv:
        with contextlib.suppress(OSError, ValueError):  # a program's whole text is no name of a file
            if (folder / word).is_file():
                found.append(folder / word)
    return found


def content_of(files: Iterable[Path]) -> str:
    """Return a digest of the names and contents of files. Raises ConfigError for one that cannot be read."""
    digest = hashlib.sha256()
    try:
        for path in sorted(set(files)):
            digest.update(f"\0{path}\0{hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    except OSError as error:
        raise ConfigError(f"golden.files: cannot read {error.filename}: {error.strerror}") from None
    return digest.hexdigest()
