"""The service's end of the parameter contract: read the live file again when it changes, keep the last good values.

`LiveFile.refresh` is cheap (one stat) and never raises: a file that is missing, unreadable or invalid is reported once
to `on_error`, and the values read last (or the defaults, before the first read) stay in force.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from exporter.parameters import LiveParameters, ParameterError, ParameterSpecs, Values, parse, uniform

if TYPE_CHECKING:
    from collections.abc import Callable

Reason = Literal["missing", "unreadable", "invalid"]


class LiveFile:
    """Hot-reloading reader of one live parameter file."""

    def __init__(
        self, path: Path, specs: ParameterSpecs, *, salt: str, on_error: Callable[[Reason, str], None]
    ) -> None:
        self.path = path
        self.live: LiveParameters = uniform(specs.defaults(), salt)
        self.loaded_at: float | None = None
        self._specs = specs
        self._on_error = on_error
        self._seen: tuple[int, int, int] | str | None = None

    def refresh(self, now: float) -> bool:
        """Read the file if it changed since the last call; return whether new parameters are in force."""
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return self._failed("missing", "missing", f"{self.path}: no such file; the last good values stay in force")
        except OSError as error:
            return self._failed("unreadable", f"stat {error.errno}", f"{self.path}: {error.strerror}")
        signature = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if signature == self._seen:
            return False
        try:
            live = parse(self.path.read_bytes(), self._specs)
        except OSError as error:
            return self._failed("unreadable", f"read {error.errno}", f"{self.path}: {error.strerror}")
        except ParameterError as error:
            return self._failed("invalid", signature, f"{self.path}: {error}; the last good values stay in force")
        self._seen = signature
        self.live = live
        self.loaded_at = now
        return True

    def _failed(self, reason: Reason, seen: tuple[int, int, int] | str, text: str) -> bool:
        if seen != self._seen:
            self._seen = seen
            self._on_error(reason, text)
        return False

    def values(self, arm: str, now: float) -> Values:
        """Return the values in force for an arm at unix time `now`; an expired canary has the control arm's."""
        return self.live.values(arm, now)
