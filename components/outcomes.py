"""The hidden surface: how viewers respond to the parameters. The controller never sees it.

Completion in logit is `base - scale * (sqrt(1 + z' M z) - 1)`, where z is the scaled distance from the best values:
concave (a norm, negated), nearly linear far out, with one optimum inside the bounds and with interactions.
HD detection takes a lognormal time whose median grows with the number of videos offered.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from exporter import reference
from exporter.parameter import number
from exporter.parameters import Values
from exporter.reference import REFERENCE_PARAMETERS

_BEST: Final = np.array([0.95, math.log(18.0), 0.1, 0.05])
_REACH: Final = np.array([0.3, 1.2, 0.4, 0.5])
"""Distances, in temperature, log top_k, freshness and popularity bias, over which the effect bends."""
_FORM: Final = np.array(
    [
        [1.0, 0.25, 0.0, 0.0],
        [0.25, 1.0, 0.0, 0.0],
        [0.0, 0.0, 1.0, 0.2],
        [0.0, 0.0, 0.2, 1.0],
    ]
)
_SCALE: Final = 0.95
_AT_DEFAULTS: Final = 0.56

_HD_SIGMA: Final = 0.6
_HD_MEDIAN: Final = 1.076
"""Seconds at 12 videos offered: 8 % of detections then take more than 2.5 s."""
_HD_GROWTH: Final = 0.35
_HD_TOP_K: Final = 12


def logit(p: float) -> float:
    """Return log(p / (1 - p))."""
    return math.log(p / (1.0 - p))


def _loss(values: Values) -> float:
    """Return how much completion falls short of the best, in logit, at least 0."""
    point = np.array(
        [
            number(values, reference.TEMPERATURE),
            math.log(number(values, reference.TOP_K)),
            number(values, reference.FRESHNESS_BIAS),
            number(values, reference.POPULARITY_BIAS),
        ]
    )
    z = (point - _BEST) / _REACH
    return _SCALE * (math.sqrt(1.0 + float(z @ _FORM @ z)) - 1.0)


_BASE: Final = logit(_AT_DEFAULTS) + _loss(REFERENCE_PARAMETERS.defaults())


def completion_logit(values: Values) -> float:
    """Return the logit of the probability that a play is watched to the end, without shocks."""
    return _BASE - _loss(values)


def completion(values: Values, shock: float = 0.0) -> float:
    """Return the probability that a play is watched to the end, under a shock in logit."""
    return 1.0 / (1.0 + math.exp(-(completion_logit(values) + shock)))


def hd_seconds(values: Values, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return durations of `count` HD detections; [count], seconds."""
    median = _HD_MEDIAN * (number(values, reference.TOP_K) / _HD_TOP_K) ** _HD_GROWTH
    return rng.lognormal(math.log(median), _HD_SIGMA, count)
