"""An event as a row of the journal's table, and back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, func

from controller import errors
from controller.journal.chain import digest
from controller.journal.event import PAYLOAD, Event, Payload
from controller.journal.tables import EVENTS


@dataclass(frozen=True)
class Place:
    """Where an event stands: its number, time (unix seconds), who writes and who acts, and the hash before it."""

    seq: int
    at: float
    writer: str
    actor: str
    previous: str


def made(payload: Payload, place: Place, path: Path) -> tuple[Event, dict[str, Any]]:
    """Return an event as it will be read, and its row.

    Raises:
        ConfigError: it holds text that is not UTF-8; the message names the journal's path.
    """
    content = payload.model_dump(mode="json")
    text = json.dumps(content, sort_keys=True)
    try:
        stored = PAYLOAD.validate_json(text)  # so that a state folded now is, to the byte, the one folded later
    except ValueError:
        raise errors.ConfigError(
            f"{path}: an event of kind {payload.kind} was not written: it holds text that is not UTF-8"
        ) from None
    hashed = digest(
        content, previous=place.previous, seq=place.seq, at=place.at, writer=place.writer, actor=place.actor
    )
    stands = asdict(place)
    return Event(**stands, payload=stored, hash=hashed), {**stands, "payload": text, "hash": hashed}


def is_kind(kind: str) -> ColumnElement[bool]:
    """Return what is true of no event of another kind, and of nearly every one of this kind, at little cost.

    A payload says its kind as it is sought: it cannot stand so in a text, whose quotes are escaped. It can stand so in
    what a payload holds, labels for instance; so nothing but the payload may be open where it stands.
    """
    payload = EVENTS.c.payload
    place = func.instr(payload, f'"kind": "{kind}"')
    return (place > 0) & (func.instr(func.substr(payload, 2, place - 2), "{") == 0)


def event_of(row: Row[Any], path: Path) -> Event:
    """Return a row's event. Raises IntegrityError, with the journal's path, for what this version does not write."""
    try:
        return Event(
            seq=row.seq,
            at=row.at,
            writer=row.writer,
            actor=row.actor,
            payload=PAYLOAD.validate_json(row.payload),
            previous=row.previous,
            hash=row.hash,
        )
    except ValueError as error:
        raise errors.IntegrityError(
            f"{path}: an event cannot be read ({error}); written by another version of the autopilot?"
        ) from None
