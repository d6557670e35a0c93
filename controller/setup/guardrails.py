"""Which candidates guard what the primary KPI does not see. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from controller.setup.ranking import Ranked

MOST = 3  # guardrails: each more costs a little speed


def guardrails(primary: Ranked, found: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """Return the best others that are read from other metrics than the primary KPI and than each other: `MOST` at most.

    One whose noise is not known yet is taken only if its name tells which direction is good.
    """
    chosen: list[Ranked] = []
    for one in found:
        mine = _sources(one)
        taken = [_sources(other) for other in chosen]
        if one is primary or mine == _sources(primary) or any(mine & other for other in taken):
            continue
        if (math.isfinite(one.share) or one.one.sure) and len(chosen) < MOST:
            chosen.append(one)
    return tuple(chosen)


def _sources(found: Ranked) -> frozenset[str]:
    return frozenset(value["metric"] for value in found.one.reading.values() if isinstance(value, dict))
