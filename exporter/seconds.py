"""Lengths of time in seconds, for every layer: the only place that says how long a day is."""

from __future__ import annotations

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
