"""When a daily cycle is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

CATCH_UP = timedelta(hours=6)


def due(daily_at: str | None, last: float, now: float) -> bool:
    """Return whether the daily run of `daily_at` ("HH:MM", UTC) is due at unix time `now`.

    It is due once per day, also when the moment itself was missed by up to six hours (the controller was down); a
    journal that began after the moment has missed nothing.

    Args:
        daily_at: time of day, None for never.
        last: unix time of the last scheduled run, or of the journal's beginning if there was none yet.
        now: unix time.
    """
    if daily_at is None:
        return False
    moment = datetime.fromtimestamp(now, UTC)
    hour, minute = (int(part) for part in daily_at.split(":"))
    planned = moment.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if planned > moment:
        planned -= timedelta(days=1)
    return moment - planned <= CATCH_UP and last < planned.timestamp()
