"""Times as a report writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(at: float) -> str:
    """Return a time in UTC, to the minute."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")
