"""The hash chain: every event's hash covers its content and the hash of the event before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from controller.errors import IntegrityError


def digest(payload: dict[str, Any], *, previous: str, seq: int, at: float, writer: str, actor: str) -> str:
    """Return the SHA-256, in hex, of an event in canonical JSON."""
    content = {"previous": previous, "seq": seq, "at": at, "writer": writer, "actor": actor, "payload": payload}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check(rows: Iterable[tuple[int, float, str, str, str, str, str]], where: str) -> int:
    """Check rows (seq, at, writer, actor, payload as JSON, previous, hash); return how many there are.

    Raises:
        IntegrityError: at the first event that was altered, removed, inserted or cannot be read.
    """
    last, count = "", 0
    for seq, at, writer, actor, payload, previous, found in rows:
        count += 1
        try:
            wanted = digest(json.loads(payload), previous=previous, seq=seq, at=at, writer=writer, actor=actor)
        except (ValueError, TypeError):  # TypeError: SQLite keeps numbers in a text column, too
            wanted = "unreadable"
        if seq != count or previous != last or wanted != found:
            raise IntegrityError(
                f"{where}: the chain is broken at event {count}: it was altered, removed or inserted after it was "
                "written. Nothing was changed. Keep the file as evidence, restore the last good copy, or move it away "
                "to begin a new journal from the live parameters"
            )
        last = found
    return count
