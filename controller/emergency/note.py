"""An emergency pause that the journal could not take: a note beside it, which a controller appends first of all.

The journal may be locked by a controller that hangs, or lie on a full disk. The note is a file of its own, so that the
emergency does not depend on that controller's good will: it is read before its next step, and by every one that starts.
"""

from __future__ import annotations

import json
from pathlib import Path

from controller.adapters.atomic import write_atomic
from controller.errors import StorageError
from controller.journal import event as ev
from controller.journal.store import Journal
from controller.place import Place

NAME = "emergency-pause.json"


def path_of(place: Place) -> Path:
    """Return where the note is left."""
    return place.state / NAME


def leave(place: Place, actor: str, reason: str) -> None:
    """Leave a note. Raises StorageError."""
    write_atomic(path_of(place), json.dumps({"actor": actor, "reason": reason}).encode())


def take(place: Place, journal: Journal, now: float) -> None:
    """Append what a note asks for, and remove it; whatever it says, a note is an emergency. Raises StorageError."""
    path = path_of(place)
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}; make it readable, or remove it and pause") from None
    actor, reason = _read(text)
    journal.submit(ev.EmergencyPauseRequested(reason=reason), at=now, actor=actor)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"cannot remove {path}: {error.strerror}; it says an emergency anew until it is") from None


def _read(text: bytes) -> tuple[str, str]:
    try:
        found = json.loads(text)
        return str(found["actor"]), str(found["reason"])
    except (ValueError, TypeError, KeyError):
        return "unknown", f"a note in {NAME} that cannot be read"
