"""What a two-sided test per metric and look says, and the verdict that people draw from it.

Harm that is significant on any metric: rollback. Otherwise a significant benefit on a primary metric: proceed.
Otherwise nothing. No correction for several metrics or several looks: that is how such tests are used.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from controller.decide.case import MetricCase
from controller.model import Floats, Role, Verdict
from exporter.metric import Direction

HARM = -1
BENEFIT = 1

Signals = NDArray[np.int64]


def signals(direction: Direction, difference: Floats, p_value: Floats, alpha: float) -> Signals:
    """Return HARM, 0 or BENEFIT per look, shape [L].

    Args:
        direction: which change is good; a band's every change is harm.
        difference: canary minus comparison per look, shape [L].
        p_value: two-sided, shape [L]; NaN (no test possible) is never significant.
        alpha: below it a p-value is significant.
    """
    if direction is Direction.BAND:
        towards = np.full(difference.shape, HARM)
    else:
        good = 1 if direction is Direction.HIGHER else -1
        towards = good * np.sign(np.nan_to_num(difference)).astype(np.int64)
    return np.where(p_value < alpha, towards, 0).astype(np.int64)


def first(metrics: tuple[MetricCase, ...], found: Signals) -> tuple[int | None, Verdict]:
    """Return the first look that decides and its verdict, or None and `INCONCLUSIVE`.

    Args:
        metrics: M metrics.
        found: signals, shape [M, L].
    """
    primary = np.array([metric.role is Role.PRIMARY for metric in metrics])
    harm = (found == HARM).any(axis=0)
    benefit = (found[primary] == BENEFIT).any(axis=0)
    deciding = np.flatnonzero(harm | benefit)
    if deciding.size == 0:
        return None, Verdict.INCONCLUSIVE
    look = int(deciding[0])
    return look, Verdict.ROLLBACK if harm[look] else Verdict.PROCEED
