"""The figures of several seeds together: mean and standard error of each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from controller.trials.simulation.record import Result

FIGURES = tuple(field.name for field in fields(Result) if field.name not in ("seed", "faults"))


@dataclass(frozen=True)
class Figure:
    """One figure over seeds.

    Attributes:
        mean: over the seeds that have it; None when none has.
        se: standard error of that mean, from the spread between seeds; None below two seeds.
        count: seeds that have it.
    """

    mean: float | None
    se: float | None
    count: int


def figure(values: Sequence[float | None]) -> Figure:
    """Return mean and standard error of the values that are there."""
    known = [float(value) for value in values if value is not None and math.isfinite(value)]
    if not known:
        return Figure(None, None, 0)
    se = float(np.std(known, ddof=1)) / math.sqrt(len(known)) if len(known) > 1 else None
    return Figure(float(np.mean(known)), se, len(known))


def summary(results: Sequence[Result]) -> Mapping[str, Figure]:
    """Return every figure of `Result` over seeds, by name."""
    return {name: figure([getattr(result, name) for result in results]) for name in FIGURES}
