"""What a change is worth over several KPIs: a weighted sum of their changes for the better, each in its own scale.

The utility of some levels y is sum_k weight_k g_k(y_k) / scale_k. Where more (or less) is better, g is the level with
the KPI's sign; where a band is wanted, g is minus the distance outside it, so that inside it nothing is to be gained.
Proposals are compared by the *change* of the utility, so only a band needs to know the level before the change.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from controller.model import Floats


@dataclass(frozen=True)
class Term:
    """How one KPI counts.

    Attributes:
        kpi: its name.
        weight: what a change by `scale` for the better is worth, above 0.
        scale: a change that matters, in the KPI's unit, above 0.
        sign: 1 when higher is better, -1 when lower is, 0 when a band alone counts.
        band: wanted levels (low, high), instead of ever more or ever less; None without one.
    """

    kpi: str
    weight: float
    scale: float
    sign: float
    band: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """Refuse what gives no order: weights or scales that are not above 0, no direction, an empty band."""
        for name, value in (("weight", self.weight), ("scale", self.scale)):
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"utility of {self.kpi}: {name} {value:g} must be a number above 0")
        if self.band is None and self.sign not in (1.0, -1.0):
            raise ValueError(f"utility of {self.kpi}: neither higher nor lower is better, so it needs a band")
        if self.band is not None and not self.band[0] < self.band[1]:
            raise ValueError(f"utility of {self.kpi}: band [{self.band[0]:g}, {self.band[1]:g}] must ascend")

    def gain(self, effect: ArrayLike, level: float | None) -> Floats:
        """Return what effects [...] on the KPI are worth at a level, shape [...]; 0 for a band at an unknown level.

        A NaN among the effects is NaN: the caller must not take an unknown for a zero.
        """
        change = np.asarray(effect, dtype=float)
        if self.band is None:
            return self.weight / self.scale * self.sign * change
        if level is None or not math.isfinite(level):
            return np.where(np.isnan(change), np.nan, 0.0)
        return self.weight / self.scale * (self._outside(np.float64(level)) - self._outside(level + change))

    def _outside(self, level: ArrayLike) -> Floats:
        """Return the distance of levels [...] outside the band. Needs a band."""
        if self.band is None:
            raise AssertionError("only a band has an outside")
        at = np.asarray(level, dtype=float)
        return np.maximum(np.maximum(self.band[0] - at, at - self.band[1]), 0.0)


def utility(effects: Mapping[str, ArrayLike], levels: Mapping[str, float | None], terms: tuple[Term, ...]) -> Floats:
    """Return the change of the utility that effects make, with the shape of the effects: [] or, for candidates, [N].

    Args:
        effects: KPI name to the change of its level, in its unit, [] or [N]; a KPI that is missing does not change.
        levels: KPI name to its level before the change; only terms with a band look at it.
        terms: how each KPI counts.
    """
    total: Floats = np.zeros(np.broadcast_shapes(*(np.shape(effect) for effect in effects.values())))
    for term in terms:
        if term.kpi in effects:
            total = total + term.gain(effects[term.kpi], levels.get(term.kpi))
    return total
