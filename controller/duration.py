"""Lengths of time in words: for people to read, for people to wait, and as settings have them. Pure."""

from __future__ import annotations

import math

from exporter.seconds import DAY, HOUR, MINUTE

UNITS = {"ms": 0.001, "s": 1.0, "m": MINUTE, "h": HOUR, "d": DAY}
"""Seconds of the units that settings and options are written in."""
_FEW = 10.0  # of a unit, below which parts of one are worth saying


def duration(seconds: float) -> str:
    """Return a time in its two largest units, or in one when that is exact enough: 45 s, 12 min, 2 h 10 min, 14 d.

    What is no number is `-`, and what has no end `forever`.
    """
    if not math.isfinite(seconds):
        return "-" if math.isnan(seconds) else "forever"
    for size, name, small, smaller in ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "min"), (MINUTE, "min", 1.0, "s")):
        if seconds >= size - 0.5 * small:
            count, rest = divmod(round(seconds / small), round(size / small))
            if count >= _FEW:
                return f"{seconds / size:.0f} {name}"
            return f"{count} {name}" + (f" {rest} {smaller}" if rest else "")
    return f"{seconds:.0f} s" if seconds >= _FEW else f"{round(seconds, 1 if seconds >= 1 else 2):g} s"


def ago(at: float, now: float) -> str:
    """Return how long ago a time was, both in unix seconds; one to come was just now."""
    return f"{duration(max(0.0, now - at))} ago"


def about(seconds: float) -> str:
    """Return a time in one unit, rounded up to two digits of it."""
    for size, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= 1.5 * size or (seconds >= size and name == "min"):
            count = seconds / size
            return f"{math.ceil(count * 2) / 2:g} {name}" if count < _FEW else f"{math.ceil(count)} {name}"
    return f"{math.ceil(seconds)} s"


def setting(seconds: float) -> str:
    """Return a time as autopilot.yaml has it, to the millisecond: 500ms, 15s, 5m, 24h, 2d."""
    for unit, size, least in (("d", DAY, 2 * DAY), ("h", HOUR, HOUR), ("m", MINUTE, MINUTE)):
        if seconds >= least and seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    milliseconds = max(1, round(1000 * seconds))
    return f"{seconds:.0f}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"
