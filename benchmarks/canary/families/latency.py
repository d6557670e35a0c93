"""Latency histograms: 100 log-normal requests a point and arm, median 0.1 s, on a load that varies slowly per arm."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from benchmarks.canary.build import DAY, PLANNED, Judged, case, during, metric
from benchmarks.canary.family import Family, Truth
from benchmarks.canary.processes import ar1
from controller.decide.case import Case, SeriesKind
from controller.model import Floats
from exporter.metric import Direction

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # as client libraries have them
REQUESTS = 100
MEDIAN = 0.1  # seconds
SPREAD = 0.5  # standard deviation of log-latency among a point's requests
LOAD = 0.05  # and of the arm's load, AR(1) with rho 0.5


def observe(rng: np.random.Generator, log_median: Floats) -> Floats:
    """Return histogram points: seconds in sum, count, cumulative counts per bound; shape [N, 2 + len(BOUNDS)].

    Args:
        rng: where requests are drawn from.
        log_median: log of each point's median latency; shape [N].
    """
    drawn = rng.standard_normal((log_median.size, REQUESTS), dtype=np.float32)
    logs = np.float32(SPREAD) * drawn + log_median.astype(np.float32)[:, None]
    below = [np.count_nonzero(logs <= math.log(bound), axis=1) for bound in BOUNDS]
    counts = np.full(log_median.size, REQUESTS)
    return np.stack([np.exp(logs).sum(axis=1), counts, *below], axis=-1).astype(np.float64)


def _make(rng: np.random.Generator, effect: float, objective: float | None = None) -> Case:
    length = DAY + PLANNED
    logs = math.log(MEDIAN) + LOAD * ar1(rng, (2, length), 0.5)
    logs[0] += np.log(during(length, effect, 1.0))
    points = np.stack([observe(rng, arm) for arm in logs])
    judged = Judged(direction=Direction.LOWER, bounds=BOUNDS, objective=objective)
    return case(metric(points, SeriesKind.HISTOGRAM, judged))


_MEAN = "Mean latency of 100 requests a point."
_SLOW = "Share of requests slower than 0.25 s."
_slow = partial(_make, objective=0.25)

FAMILIES = (
    Family("latency, mean", _MEAN, _make, effect=1.0, portion=0.5),
    Family("latency, slow share", _SLOW, _slow, effect=1.0, portion=0.5),
    Family("latency, mean, harm +5 %", _MEAN, _make, Truth.HARM, 1.05, 0.25),
    Family("latency, slow share, harm +5 %", _SLOW, _slow, Truth.HARM, 1.05, 0.25),
)
