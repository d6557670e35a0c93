"""Answers that passed, kept so that an unchanged subject need not be asked the same question again.

An entry is found by the digest of the subject's identity, the question (input and every parameter's value) and how
often it is asked. Only the answers of cases that passed are kept, never a verdict: an answer from here is held against
the case as it is now. A file that is damaged, or of another format, is ignored with a warning and written anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from controller.adapters.atomic import write_atomic
from controller.errors import StorageError
from controller.golden.value import canonical

FORMAT = 1
MOST_ENTRIES = 5000
LONGEST_ENTRY = 100_000  # characters of an answer's JSON
FILE = "golden-cache.json"


class Cache:
    """The entries of one file; the least recently used go first when there are too many."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = False
        self.warning: str | None = None
        self._entries = self._read()

    def _read(self) -> dict[str, list[Any]]:
        try:
            return _checked(json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            self.warning = f"the cache {self._path} is not used, and written anew: {error}"
            return {}

    def get(self, key: str) -> tuple[Any, float] | None:
        """Return an answer and the seconds that it took, None when it is not kept."""
        found = self._entries.pop(key, None)
        if found is None:
            return None
        self._entries[key] = found  # it is the most recently used one now
        return found[0], found[1]

    def put(self, key: str, answer: Any, seconds: float) -> None:
        """Keep an answer, unless it is very long."""
        if len(canonical(answer)) <= LONGEST_ENTRY:
            self._entries[key] = [answer, seconds]
            self._changed = True

    def save(self) -> None:
        """Write the file when there is something new; a folder that cannot be written becomes the warning."""
        if not self._changed:
            return
        kept = dict(list(self._entries.items())[-MOST_ENTRIES:])
        text = json.dumps({"format": FORMAT, "digest": _digest(kept), "entries": kept})
        try:
            write_atomic(self._path, text.encode())
        except StorageError as error:
            self.warning = f"what passed is not kept: {error}"


def _checked(found: dict[str, Any]) -> dict[str, list[Any]]:
    entries = found["entries"]
    if found["format"] != FORMAT:
        raise ValueError("written by another version")
    if found["digest"] != _digest(entries):
        raise ValueError("its content is not what was written")
    return {str(key): [answer, float(seconds)] for key, (answer, seconds) in entries.items()}


def entry_key(identity: str, question: str, runs: int) -> str:
    """Return the key of a question's entry."""
    return hashlib.sha256(f"{identity}\0{question}\0{runs}".encode()).hexdigest()


def _digest(entries: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(entries).encode()).hexdigest()
