"""Several metrics at once: a primary and guardrails with a margin of half a standard deviation, all independent.

Each has AR(1) noise with rho 0.5, half of it common to the arms; so the family of one metric is `half common shock`.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.canary.build import DAY, PLANNED, Judged, case, gauge
from benchmarks.canary.family import Family, Truth
from benchmarks.canary.processes import shocked
from controller.decide.case import Case, MetricCase
from controller.model import Role


def _metric(rng: np.random.Generator, index: int, effect: float) -> MetricCase:
    judged = Judged(f"guardrail {index}", Role.GUARDRAIL) if index else Judged()
    return gauge(shocked(rng, DAY + PLANNED, 0.5, 0.5), effect, judged)


def _make(rng: np.random.Generator, effect: float, count: int, hit: int = 0) -> Case:
    """Return a case of `count` metrics with the effect in metric `hit`; 0 is the primary."""
    return case(*(_metric(rng, index, effect if index == hit else 0.0) for index in range(count)))


_FIVE = "5 metrics; one guardrail gets worse, the primary stays."
_guardrail = partial(_make, count=5, hit=1)

FAMILIES = (
    Family("5 metrics", "A primary and 4 guardrails.", partial(_make, count=5)),
    Family("20 metrics", "A primary and 19 guardrails.", partial(_make, count=20), portion=0.25),
    Family("5 metrics, guardrail harm 1 sd", _FIVE, _guardrail, Truth.HARM, -1.0, 0.5),
    Family("5 metrics, guardrail harm 2 sd", _FIVE, _guardrail, Truth.HARM, -2.0, 0.5),
    Family(
        "5 metrics, benefit 0.5 sd",
        "5 metrics; the primary gets better.",
        partial(_make, count=5),
        Truth.BENEFIT,
        0.5,
        0.5,
    ),
)
