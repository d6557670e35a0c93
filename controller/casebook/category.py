"""The kinds of reasons for which a canary is not promoted, and what is said of one that was not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """Why a canary was not promoted."""

    HARM = "harm"
    NO_EFFECT = "no effect"
    NOISE = "noise"
    DATA = "data"
    ALERT = "external alert"
    OPERATOR = "operator"
    VALIDATION = "validation"
    REFUSED = "refused"


@dataclass(frozen=True)
class Failure:
    """Why one canary was not promoted. Numbers are in the KPI's unit; NaN where there is none.

    Attributes:
        category: the kind of reason.
        why: what happened, in a sentence with numbers.
        next: what to do, in a sentence.
        at: unix seconds.
        kpi: the metric that decided, empty when none did.
        estimate, low, high: its effect and the interval.
        boundary: size of what the effect was held against: the harm that had to be proven, the harm that had to be
            ruled out, or the effect worth having.
        points: points of evidence on that metric.
    """

    category: Category
    why: str
    next: str
    at: float
    kpi: str = ""
    estimate: float = math.nan
    low: float = math.nan
    high: float = math.nan
    boundary: float = math.nan
    points: int = 0
