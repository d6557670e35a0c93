"""Every arm of the live file on control values, from that file alone: neither journal nor configuration is needed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from controller.adapters.atomic import discard_prepared, write_fenced
from controller.adapters.history import History
from controller.errors import AutopilotError, SequenceConflictError
from exporter import names
from exporter.parameter import is_finite
from exporter.parameters import LiveParameters, ParameterError, ParameterSpecs, Values, parse, uniform

TRIES = 20


@dataclass(frozen=True)
class Held:
    """What became of the live file.

    Attributes:
        text: what was done, for people.
        warning: what did not work on the way, for people; empty for nothing.
        uniform: whether every arm has control values now.
    """

    text: str
    warning: str = ""
    uniform: bool = field(kw_only=True)


class _AnyParameters(ParameterSpecs):
    """Takes the values of a document as they are: the service knows its parameters, and read them before."""

    def check(self, values: object, where: str) -> Values:
        """Return names and plain values. Raises ParameterError."""
        if not isinstance(values, dict):
            raise ParameterError(f"{where}: expected parameter names and values, found {type(values).__name__}")
        for name, value in values.items():
            if isinstance(value, bool) or not (isinstance(value, str) or (_number(value) and is_finite(value))):
                raise ParameterError(f"{where}: {name}: neither a text nor a finite number")
        return dict(values)


def _number(value: object) -> bool:
    return isinstance(value, (int, float))


def read(path: Path) -> LiveParameters | None:
    """Return the document in the live file, whatever its parameters are; None when there is none that holds."""
    try:
        return parse(path.read_bytes(), _AnyParameters(()))
    except (OSError, ParameterError):
        return None


def missing(path: Path) -> bool:
    """Whether there is no such file; where nobody lets us look, there may be one."""
    try:
        return not path.exists()
    except OSError:
        return False


def is_uniform(live: LiveParameters) -> bool:
    """Whether every arm has the control arm's values, and no canary runs."""
    return live.canary is None and all(values == live.arms[names.CONTROL] for values in live.arms.values())


def hold(path: Path, history: Path, note: str, now: float) -> Held:
    """Give every arm of a live file the values of its control arm, unless they have them.

    Args:
        path: the live file.
        history: the folder of versions, in which the new one comes first where that is possible.
        note: why; it stands beside the version.
        now: unix seconds.
    """
    try:
        discard_prepared(path)
        live = read(path)
        if live is None and missing(path):
            return Held(f"{path}: there is no live file, so no canary that a service could read", uniform=True)
        if live is None:
            text = f"{path}: cannot be read, or is no valid document; services that cannot either keep their values"
            return Held(text, uniform=False)
        return _held(path, history, live, note, now)
    except AutopilotError as error:
        return Held(f"{path}: its canary arm may still have values of its own ({error})", uniform=False)


def _held(path: Path, history: Path, live: LiveParameters, note: str, now: float) -> Held:
    """Give every arm the control arm's values. Raises StorageError."""
    if is_uniform(live):
        return Held(f"{path}: every arm had control values already", uniform=True)
    wanted = uniform(live.arms[names.CONTROL], live.salt, live.weights).renewed(expires_at=None, written_at=now)
    warning = ""
    try:
        History(history).put(wanted, note)
    except (AutopilotError, OSError) as error:  # of a folder that nobody lets us look into, too
        warning = f"version {wanted.version[:12]} does not stand in history: {error}"
    _write(path, (json.dumps(wanted.document(), indent=2, sort_keys=True) + "\n").encode())
    return Held(f"{path}: every arm has control values, {live.canary} has lost its own", warning, uniform=True)


def _write(path: Path, content: bytes) -> None:
    """Write, whoever else writes: a controller at work discards what is ready, once for each write of its own."""
    for remaining in reversed(range(TRIES)):
        try:
            return write_fenced(path, content, lambda: None)
        except SequenceConflictError:
            if not remaining:
                raise
    return None
