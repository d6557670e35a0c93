"""A moment as people write it: a date, a time in UTC, or how long ago."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from controller.cli import options
from controller.errors import ConfigError


def moment(text: str, now: float, option: str) -> float:
    """Return the unix time that a text names: `2026-03-01`, `2026-03-01T14:00` (UTC without a zone), or `7d` for ago.

    Args:
        text: as written.
        now: unix seconds.
        option: where it was written, for words.

    Raises:
        ConfigError: it is neither.
    """
    try:
        return _dated(text.strip())
    except (ValueError, OverflowError):
        pass
    if text.strip()[-1:].isalpha():  # a bare number would be taken for seconds, which nobody means
        with contextlib.suppress(ConfigError):
            return now - options.duration(option, text)
    raise ConfigError(
        f"{option} {text!r}: write a day like 2026-03-01, a time in UTC like 2026-03-01T14:00, or how long ago: 7d"
    )


def exact(option: str, text: str) -> float:
    """Return a time in unix seconds; without an offset it is UTC. Raises ConfigError."""
    try:
        return float(text) if text.replace(".", "", 1).isdecimal() else _dated(text)
    except (ValueError, OverflowError):
        raise ConfigError(
            f"{option} {text!r}: write a time as 2026-03-01T14:30 (UTC), 2026-03-01T15:30+01:00, or unix seconds"
        ) from None


def _dated(text: str) -> float:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
