"""How sure a share is that was counted."""

from __future__ import annotations

import math

Z = 1.959964  # 95 %, two-sided


def interval(hits: int, trials: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), NaN without trials; independent trials are assumed."""
    if trials == 0:
        return math.nan, math.nan
    share, spread = hits / trials, Z**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
