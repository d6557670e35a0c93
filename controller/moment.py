"""Times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

MINUTES, SECONDS = "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"


def moment(at: float, to: str = MINUTES) -> str:
    """Return a time in UTC; as unix seconds where no calendar has it, for a journal may hold any."""
    try:
        return datetime.fromtimestamp(at, UTC).strftime(to)
    except (OverflowError, ValueError, OSError):
        return f"unix time {at:g}"
