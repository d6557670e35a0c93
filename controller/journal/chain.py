"""The hash chain: every event's hash covers its content and the hash of the event before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from controller.errors import IntegrityError

Row = tuple[int, float, str, str, str, str, str]
"""Sequence number, unix seconds, writer, actor, payload as JSON, hash of the event before, hash."""

_ESCAPED = (("\\\\", "\x00"), ('\\"', "\x01"))  # what a text may hold that is no end of it, and a stand-in
_BETWEEN = "\x02"
_STAND_INS = (*(other for _, other in _ESCAPED), _BETWEEN)


def digest(payload: dict[str, Any], *, previous: str, seq: int, at: float, writer: str, actor: str) -> str:
    """Return the SHA-256, in hex, of an event in canonical JSON."""
    content = {"previous": previous, "seq": seq, "at": at, "writer": writer, "actor": actor, "payload": payload}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _compact(text: str) -> str:
    """Return JSON without the spaces after `,` and `:` outside texts; most of what canonical JSON takes, at half price.

    Whatever the text is, only such spaces differ: when the result is canonical JSON, both say the same.
    """
    if not text.isascii() or any(other in text for other in _STAND_INS):
        return ""
    held = [pair for pair in _ESCAPED if pair[0] in text] if "\\" in text else []
    for escaped, other in held:
        text = text.replace(escaped, other)
    parts = text.split('"')
    parts[::2] = _BETWEEN.join(parts[::2]).replace(", ", ",").replace(": ", ":").split(_BETWEEN)
    text = '"'.join(parts)
    for escaped, other in held:
        text = text.replace(other, escaped)
    return text


def _of_row(row: Row) -> str:
    """Return the hash that a row should have. Raises ValueError, TypeError: it cannot be read."""
    seq, at, writer, actor, payload, previous, found = row
    before = f'{{"actor":{json.dumps(actor)},"at":{json.dumps(at)},"payload":'
    after = f',"previous":{json.dumps(previous)},"seq":{json.dumps(seq)},"writer":{json.dumps(writer)}}}'
    quick = hashlib.sha256((before + _compact(payload) + after).encode()).hexdigest()
    if quick == found:
        return quick
    return digest(json.loads(payload), previous=previous, seq=seq, at=at, writer=writer, actor=actor)


def check(rows: Iterable[Row], where: str) -> int:
    """Check rows (seq, at, writer, actor, payload as JSON, previous, hash); return how many there are.

    Raises:
        IntegrityError: at the first event that was altered, removed, inserted or cannot be read.
    """
    last, count = "", 0
    for row in rows:
        count += 1
        seq, _, _, _, _, previous, found = row
        try:
            wanted = _of_row(row)
        except (ValueError, TypeError, AttributeError):  # SQLite keeps numbers in a text column, too
            wanted = "unreadable"
        if seq != count or previous != last or wanted != found:
            raise IntegrityError(
                f"{where}: the chain is broken at event {count}: it was altered, removed or inserted after it was "
                "written. Nothing was changed. Keep the file as evidence, restore the last good copy, or move it away "
                "to begin a new journal from the live parameters"
            )
        last = found
    return count
