"""One version's file: what each arm had, when it was first written, and why; every byte of it can be checked.

    {"content": {"arms": ..., "canary": ..., "salt": ..., "weights": ...}, "note": "why",
     "seal": "<sha256 of the rest>", "version": "<sha256 of the canonical content>", "written_at": unix seconds}

The version names the content, the seal covers what stands beside it, and the spelling is fixed: nothing can be altered
unnoticed. Files from before there were seals have none.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller.errors import IntegrityError
from exporter import names
from exporter.parameters import LiveParameters, Values, content_version

LARGEST = 4 * 2**20  # bytes; a version takes a few thousand
_KEYS = {"version", "written_at", "note", "content"}


@dataclass(frozen=True)
class Version:
    """One version in history: its hash, when it was first written, why, and what each arm had.

    Attributes:
        version: SHA-256 of its content, in hex.
        written_at: unix seconds.
        note: why it was written first.
        arms: arm name to its values.
        canary: id of the canary that ran, None when all arms had the same values.
        path: its file, or the archive that holds it.
        weights: arm name to its share of the units.
        salt: seed of the unit hash.
    """

    version: str
    written_at: float
    note: str
    arms: dict[str, Values]
    canary: str | None
    path: Path
    weights: dict[str, float]
    salt: str

    @property
    def values(self) -> Values:
        """The control arm's values."""
        return self.arms[names.CONTROL]

    @property
    def archived(self) -> bool:
        """Whether it stands in an archive."""
        return self.path.suffix != ".json"


def written(live: LiveParameters, note: str) -> bytes:
    """Return the file of a version."""
    record = {"version": live.version, "written_at": live.written_at, "note": note, "content": live.content()}
    return _spelt({**record, "seal": _seal(record)})


def _spelt(record: dict[str, Any]) -> bytes:
    return (json.dumps(record, indent=2, sort_keys=True) + "\n").encode()


def _seal(record: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def parsed(content: bytes, path: Path, name: str) -> Version:
    """Return the version in a file; `path` is for words, `name` is the version that it must be.

    Raises:
        IntegrityError: it is not what was written.
    """
    try:
        record = json.loads(content)
        sealed = {key: value for key, value in record.items() if key != "seal"}
        held = record["content"]
        good = (
            content_version(held) == record["version"] == name
            and sealed.keys() == _KEYS
            and ("seal" not in record or record["seal"] == _seal(sealed))
            and _spelt(record) == content
        )
        if not good:
            raise IntegrityError(
                f"{path}: its content is not the version it is named for; it was altered: restore it from a copy"
            )
        return Version(
            version=record["version"],
            written_at=float(record["written_at"]),
            note=str(record["note"]),
            arms={arm: dict(held["arms"][arm]) for arm in names.ARMS},
            canary=held["canary"],
            path=path,
            weights=dict(held["weights"]),
            salt=str(held["salt"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IntegrityError(f"{path}: cannot be read as a version ({error}); restore it from a copy") from None
