"""The history folder: every version of the parameters that was ever in force, `YYYY-MM-DD/<sha256>.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from controller.adapters.atomic import write_atomic
from controller.errors import ConfigError, IntegrityError
from exporter import names
from exporter.parameters import LiveParameters, Values, content_version

SHORTEST_PREFIX = 6


@dataclass(frozen=True)
class Version:
    """One version in history: its hash, when it was first written, why, and what each arm had."""

    version: str
    written_at: float
    note: str
    arms: dict[str, Values]
    canary: str | None
    path: Path

    @property
    def values(self) -> Values:
        """The control arm's values."""
        return self.arms[names.CONTROL]


class History:
    """The versions in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, live: LiveParameters, note: str) -> Path:
        """Store a version once; a version that stands in history already is left as it is. Raises StorageError."""
        version = live.version
        if found := sorted(self.folder.glob(f"*/{version}.json")):
            return found[0]
        day = datetime.fromtimestamp(live.written_at, UTC).date().isoformat()
        path = self.folder / day / f"{version}.json"
        record = {"version": version, "written_at": live.written_at, "note": note, "content": live.content()}
        write_atomic(path, (json.dumps(record, indent=2, sort_keys=True) + "\n").encode())
        return path

    def list(self) -> list[Version]:
        """Return every version, oldest first. Raises IntegrityError for a file that is not what was written."""
        return sorted((_read(path) for path in self.folder.glob("*/*.json")), key=lambda v: (v.written_at, v.version))

    def get(self, prefix: str) -> Version:
        """Return the version whose hash begins with `prefix`.

        Raises:
            ConfigError: none or several do, or the prefix is too short.
            IntegrityError: the file is not what was written.
        """
        if len(prefix) < SHORTEST_PREFIX or not set(prefix) <= set("0123456789abcdef"):
            raise ConfigError(
                f"{prefix!r} is no version: give at least {SHORTEST_PREFIX} hex digits of one that "
                "`vvtvctl autopilot history` lists"
            )
        found = sorted(self.folder.glob(f"*/{prefix}*.json"))
        if not found:
            raise ConfigError(f"no version begins with {prefix!r}; `vvtvctl autopilot history` lists them")
        if len(found) > 1:
            raise ConfigError(f"{prefix!r} begins {len(found)} versions: give more digits")
        return _read(found[0])


def _read(path: Path) -> Version:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        content = record["content"]
        if content_version(content) != record["version"] or record["version"] != path.stem:
            raise IntegrityError(
                f"{path}: its content is not the version it is named for; it was altered: restore it from a copy"
            )
        return Version(
            record["version"], float(record["written_at"]), record["note"], content["arms"], content["canary"], path
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"{path}: cannot be read as a version ({error}); restore it from a copy") from None
