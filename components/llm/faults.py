"""Which fault the LLM mock shows, as it is set and told over HTTP."""

from __future__ import annotations

import difflib
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

Mode = Literal["none", "error", "hang", "slow", "garbage", "ratelimit"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
_LONGEST: Final = 3600.0


class FaultError(ValueError):
    """A fault is described wrongly; the text says where and what would do."""


@dataclass(frozen=True)
class Faults:
    """A fault.

    Attributes:
        mode: none; error (HTTP 500); hang (no answer for `seconds`); slow (a good answer after `seconds`); garbage
            (HTTP 200, but no chat completion); ratelimit (HTTP 429 with Retry-After).
        rate: share of the calls that it hits, 0..1.
        seconds: how long hang and slow take; None for 60 and 0.5.
    """

    mode: Mode = "none"
    rate: float = 1.0
    seconds: float | None = None

    @property
    def delay(self) -> float:
        """Seconds that hang and slow take."""
        if self.seconds is not None:
            return self.seconds
        return 60.0 if self.mode == "hang" else 0.5

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


def _number(found: dict[str, Any], key: str, high: float) -> float:
    value = found[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.0 <= value <= high:
        raise FaultError(f"{key}: {value!r} is not a number from 0 to {high:g}")
    return float(value)


def parse_faults(found: object) -> Faults:
    """Return the fault that a JSON document describes. Raises FaultError."""
    if not isinstance(found, dict):
        raise FaultError(f'expected an object like {{"mode": "error", "rate": 1}}, found {type(found).__name__}')
    if unknown := sorted(set(found) - {"mode", "rate", "seconds"}):
        near = difflib.get_close_matches(unknown[0], ["mode", "rate", "seconds"], n=1)
        raise FaultError(f"unknown key {unknown[0]!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    mode = found.get("mode")
    if mode not in MODES:
        raise FaultError(f"mode: {mode!r} is none of {', '.join(MODES)}")
    return Faults(
        mode=mode,
        rate=_number(found, "rate", 1.0) if "rate" in found else 1.0,
        seconds=_number(found, "seconds", _LONGEST) if found.get("seconds") is not None else None,
    )
