"""The two-sided cumulative sum (Page 1954): small shifts that last add up, chance does not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from controller.model import Floats


class Sum(NamedTuple):
    """Where the sum stands at the end.

    Attributes:
        value: the larger one of both sides, in standard deviations; 0 or more.
        sign: 1 when that is the side of higher levels, -1 for lower ones.
        began: place at which it left 0 for the last time: where a shift most likely began.
    """

    value: float
    sign: int
    began: int


def cusum(whitened: Floats, slack: float) -> Sum:
    """Return the sum over values of mean 0 and variance 1, [T], NaN where one is missing; `slack` is taken off each."""
    best = Sum(0.0, 1, 0)
    for sign in (1, -1):
        value, began = 0.0, 0
        for at, each in enumerate(np.nan_to_num(sign * whitened - slack, nan=0.0).tolist()):
            if value <= 0:
                began = at
            value = max(0.0, value + each)
        if value > best.value:
            best = Sum(value, sign, began)
    return best
