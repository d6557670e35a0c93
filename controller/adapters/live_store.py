"""The controller's end of the parameter contract: the live file is always a version that stands in history."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from controller.adapters.atomic import discard_prepared, write_fenced
from controller.adapters.history import History
from exporter.parameters import LiveParameters, ParameterError, ParameterSpecs, parse


class LiveFileStore:
    """Writes the live parameter file; history first, so that no version is ever live and unknown."""

    def __init__(self, path: Path, history: History, specs: ParameterSpecs) -> None:
        self.path = path
        self.history = history
        self._specs = specs
        self._known: tuple[tuple[int, int, int], LiveParameters] | None = None
        self._recorded = ""

    def current(self) -> LiveParameters | None:
        """Return the document in the live file, None when it is missing or wrong; it is read again when it changed."""
        try:
            stat = self.path.stat()
            signature = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._known is None or self._known[0] != signature:
                self._known = (signature, parse(self.path.read_bytes(), self._specs))
        except (OSError, ParameterError):
            self._known = None
            return None
        return self._known[1]

    def put(self, live: LiveParameters, note: str, fence: Callable[[], None]) -> None:
        """Make `live` the document in force, unless it is already. Raises StorageError, SequenceConflictError."""
        if self._recorded != live.version:
            self.history.put(live, note)
            self._recorded = live.version
        discard_prepared(self.path)
        current = self.current()
        if current is not None and current.version == live.version and current.expires_at == live.expires_at:
            return
        content = (json.dumps(live.document(), indent=2, sort_keys=True) + "\n").encode()
        write_fenced(self.path, content, fence)
