"""Which change of a KPI is good, as far as the names of metrics and labels tell. Pure."""

from __future__ import annotations

import re

from exporter.metric import Direction

_WORSE = re.compile(
    r"error|fail|timeout|abandon|refund|reject|drop|slow|exception|retr(y|ies)|abort|late|stale|miss|denied|complain"
)
_BETTER = re.compile(
    r"success|(^|_)ok($|_)|complet|order|conver|purchas|paid|click|hit|accept|play|watch|sale|signup|true"
)
_COST = re.compile(r"second|latency|duration|_ms|delay|wait|lag|time|queue|cost|cpu|memory|bytes")


def direction(text: str) -> tuple[Direction, bool]:
    """Return which change is good as far as a name tells, and whether it does."""
    words = text.lower()
    if _WORSE.search(words):
        return Direction.LOWER, True
    return Direction.HIGHER, bool(_BETTER.search(words))


def cost_or(text: str) -> tuple[Direction, bool]:
    """Return the same of what has an amount: a name that tells of time or of a resource tells of a cost."""
    return (Direction.LOWER, True) if _COST.search(text) else direction(text)


def told(text: str) -> bool:
    """Whether a name tells which change is good."""
    return bool(_WORSE.search(text) or _BETTER.search(text))
