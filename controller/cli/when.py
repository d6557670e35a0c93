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
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        pass
    if text.strip()[-1:].isalpha():  # a bare number would be taken for seconds, which nobody means
        with contextlib.suppress(ConfigError):
            return now - options.duration(option, text)
    raise ConfigError(
        f"{option} {text!r}: write a day like 2026-03-01, a time in UTC like 2026-03-01T14:00, or how long ago: 7d"
    )
