"""The parameters of a service: which values each arm has, and the live document that carries them.

The live document is all that passes between the controller, which writes it, and the service, which reads it:

    {"format": 1,
     "version": "<sha256 of the canonical content>",
     "content": {"arms": {"canary": {...}, "baseline": {...}, "control": {...}},
                 "weights": {"canary": 0.2, "baseline": 0.2, "control": 0.6},
                 "salt": "vvtv", "canary": null or "<id of the canary that is running>"},
     "expires_at": null or unix seconds, "written_at": unix seconds}

`version` names the content, so two documents with equal content are one version whenever they were written.
`expires_at` is the dead-man's switch: after it every reader gives the canary arm the control arm's values.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from exporter import names
from exporter.parameter import ParameterError as ParameterError  # noqa: PLC0414 - the vocabulary of this module
from exporter.parameter import ParameterSpec as ParameterSpec  # noqa: PLC0414 - likewise
from exporter.parameter import Value as Value  # noqa: PLC0414 - likewise
from exporter.parameter import Values as Values  # noqa: PLC0414 - likewise
from exporter.parameter import is_finite

FORMAT = 1
DEFAULT_WEIGHTS = {names.CANARY: 0.2, names.BASELINE: 0.2, names.CONTROL: 0.6}


@dataclass(frozen=True)
class ParameterSpecs:
    """The parameters of one service, by name."""

    specs: tuple[ParameterSpec, ...]

    def __post_init__(self) -> None:
        """Refuse a name that stands twice."""
        found = [spec.name for spec in self.specs]
        if twice := sorted({name for name in found if found.count(name) > 1}):
            raise ParameterError(f"parameter {twice[0]!r} is specified twice")

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of specification."""
        return tuple(spec.name for spec in self.specs)

    def get(self, name: str) -> ParameterSpec:
        """Return a parameter's spec. Raises ParameterError with the nearest name."""
        for spec in self.specs:
            if spec.name == name:
                return spec
        near = difflib.get_close_matches(name, self.names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(self.names)}"
        raise ParameterError(f"unknown parameter {name!r}{hint}")

    def defaults(self) -> Values:
        """Return the default of every parameter."""
        return {spec.name: spec.check(spec.default) for spec in self.specs}

    def check(self, values: object, where: str) -> Values:
        """Return a complete, typed set of values. Raises ParameterError naming `where` and the key."""
        if not isinstance(values, dict):
            raise ParameterError(f"{where}: expected parameter names and values, found {type(values).__name__}")
        try:
            for name in values:
                self.get(str(name))
            return {spec.name: spec.check(values.get(spec.name)) for spec in self.specs}
        except ParameterError as error:
            raise ParameterError(f"{where}: {error}") from None


@dataclass(frozen=True)
class LiveParameters:
    """A live document, checked: the values of each arm, and until when the canary may run.

    Attributes:
        arms: arm name to its values.
        weights: arm name to its share of units; they sum to 1.
        salt: seeds the unit hash, so that two services split their units independently.
        canary: id of the running canary, None when all arms have the same values.
        expires_at: unix seconds after which the canary arm falls back to control; None when no canary runs.
        written_at: unix seconds at which it was written.
    """

    arms: dict[str, Values]
    weights: dict[str, float]
    salt: str
    canary: str | None = None
    expires_at: float | None = None
    written_at: float = 0.0

    def content(self) -> dict[str, Any]:
        """Return what the version is the hash of."""
        return {"arms": self.arms, "canary": self.canary, "salt": self.salt, "weights": self.weights}

    @property
    def version(self) -> str:
        """SHA-256 of the canonical content, in hex."""
        return content_version(self.content())

    def document(self) -> dict[str, Any]:
        """Return the document as it is written to the live file."""
        return {
            "format": FORMAT,
            "version": self.version,
            "content": self.content(),
            "expires_at": self.expires_at,
            "written_at": self.written_at,
        }

    def expired(self, now: float) -> bool:
        """Whether a canary stands in the document whose time is over."""
        return self.expires_at is not None and now >= self.expires_at

    def values(self, arm: str, now: float) -> Values:
        """Return the values in force for an arm at unix time `now`."""
        return self.arms[names.CONTROL if arm == names.CANARY and self.expired(now) else arm]

    def arm_of(self, unit: str) -> str:
        """Return the arm of a unit (a viewer, a session) by a stable hash of its id."""
        text = f"{self.salt}\0{unit}".encode(errors="surrogatepass")  # an id may hold anything
        digest = hashlib.blake2b(text, digest_size=8).digest()
        point = int.from_bytes(digest, "big") / 2**64
        for arm in names.ARMS:
            point -= self.weights[arm]
            if point < 0:
                return arm
        return names.CONTROL

    def renewed(self, *, expires_at: float | None, written_at: float) -> LiveParameters:
        """Return the same version with another lease."""
        return replace(self, expires_at=expires_at, written_at=written_at)


def uniform(values: Values, salt: str, weights: dict[str, float] | None = None) -> LiveParameters:
    """Return a document in which every arm has the same values: no canary, the A/A state."""
    return LiveParameters(
        arms={arm: dict(values) for arm in names.ARMS}, weights=dict(weights or DEFAULT_WEIGHTS), salt=salt
    )


def canonical(content: dict[str, Any]) -> bytes:
    """Return canonical JSON: sorted keys, no spaces, UTF-8. Raises ValueError for NaN and infinities."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False).encode()


def content_version(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical content, in hex."""
    return hashlib.sha256(canonical(content)).hexdigest()


_KEYS = {"format", "version", "content", "expires_at", "written_at"}
_CONTENT_KEYS = {"arms", "canary", "salt", "weights"}


def _keys(found: object, wanted: set[str], where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ParameterError(f"{where}: expected an object, found {type(found).__name__}")
    if missing := sorted(wanted - set(found)):
        raise ParameterError(f"{where}: key {missing[0]!r} is missing")
    if unknown := sorted(set(found) - wanted):
        near = difflib.get_close_matches(unknown[0], sorted(wanted), n=1)
        raise ParameterError(f"{where}: unknown key {unknown[0]!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return found


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not is_finite(value):
        raise ParameterError(f"{where}: {str(value)[:40]!r} is not a finite number")
    return float(value)


def _weights(found: object) -> dict[str, float]:
    weights = _keys(found, set(names.ARMS), "content.weights")
    checked = {arm: _number(weights[arm], f"content.weights.{arm}") for arm in names.ARMS}
    if any(weight < 0 for weight in checked.values()) or abs(sum(checked.values()) - 1) > 1e-9:  # noqa: PLR2004 - rounding
        raise ParameterError(f"content.weights: {checked} must be shares that sum to 1")
    return checked


def parse(text: str | bytes, specs: ParameterSpecs) -> LiveParameters:
    """Return the checked document. Raises ParameterError: not JSON, unknown keys, out of bounds, altered content."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: JSON, its encoding, a number of too many digits
        raise ParameterError(f"not JSON, perhaps half-written: {error}") from None
    document = _keys(found, _KEYS, "document")
    if document["format"] != FORMAT:
        raise ParameterError(f"format {document['format']!r} is not {FORMAT}: another version wrote it")
    content = _keys(document["content"], _CONTENT_KEYS, "content")
    arms = _keys(content["arms"], set(names.ARMS), "content.arms")
    canary = content["canary"]
    if not isinstance(content["salt"], str) or not (canary is None or isinstance(canary, str)):
        raise ParameterError("content.salt must be a text, content.canary a text or null")
    expires_at = None if document["expires_at"] is None else _number(document["expires_at"], "expires_at")
    if (canary is None) != (expires_at is None):
        raise ParameterError("a canary and its expires_at stand or fall together: one of the two is missing")
    live = LiveParameters(
        arms={arm: specs.check(arms[arm], f"content.arms.{arm}") for arm in names.ARMS},
        weights=_weights(content["weights"]),
        salt=content["salt"],
        canary=canary,
        expires_at=expires_at,
        written_at=_number(document["written_at"], "written_at"),
    )
    try:
        version = live.version
    except UnicodeEncodeError:
        raise ParameterError("content: a text holds half a character (a lone surrogate)") from None
    if version != document["version"]:
        raise ParameterError(f"version {document['version']!r} is not the hash of the content: altered by hand?")
    return live
