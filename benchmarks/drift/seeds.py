"""Which seeds. Thresholds were chosen on `SeedSet.DEV` alone; the published page is made from `SeedSet.FINAL`."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class SeedSet(StrEnum):
    """Which data: to develop on, or to publish."""

    DEV = "dev"
    FINAL = "final"


_FIRST: Final = {SeedSet.DEV: 81_000, SeedSet.FINAL: 20_261_121}


def seeds(which: SeedSet, count: int) -> range:
    """Return the first seeds of a set."""
    return range(_FIRST[which], _FIRST[which] + count)
