"""Which seeds: of plants, measurement errors and proposers alike.

The learner and the baselines were developed and tuned on `SeedSet.DEV` alone. The published page is made from
`SeedSet.FINAL`, which nothing was tuned on.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class SeedSet(StrEnum):
    """Which data: to develop on, or to publish."""

    DEV = "dev"
    FINAL = "final"


_FIRST: Final = {SeedSet.DEV: 70_000, SeedSet.FINAL: 20_261_300}


def seeds(which: SeedSet, count: int) -> range:
    """Return the first seeds of a set."""
    return range(_FIRST[which], _FIRST[which] + count)
