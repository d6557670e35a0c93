"""How good predictions were: each held against what its canary measured.

A predicted interval is for what a canary of the planned length measures. One that ended early measures less well, and
its interval is wider by as much: the parts of an interval, what is not known of the effect and what a measurement
misses, are independent, so that their squares add up.

A relative error says little by itself: where effects are no larger than a canary's noise, as they are near an optimum,
nobody predicts them. So what is watched is the part of it that noise does not explain. That part is blind to what hides
in the noise: a prediction that is wrong by less than 1.96 standard errors counts as 0. Coverage is what sees those.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Z95 = 1.959964
COUNTED = 50  # newest predictions that coverage is told of


@dataclass(frozen=True)
class Held:
    """One prediction and what was measured, in the KPI's unit.

    Attributes:
        effect: predicted.
        low, high: 95 % interval that was predicted for the measurement.
        true_low, true_high: that of the effect itself; NaN in old journals, where it is not known.
        measured: effect, with its standard error `error`.
    """

    effect: float
    low: float
    high: float
    true_low: float
    true_high: float
    measured: float
    error: float

    @property
    def known(self) -> bool:
        """Whether both sides are numbers; nothing can be said of others."""
        return all(map(math.isfinite, (self.effect, self.low, self.high, self.measured)))

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval for what this canary measured, never narrower than the one that was predicted."""
        return self._end(self.low, self.true_low, -1.0), self._end(self.high, self.true_high, 1.0)

    @property
    def covered(self) -> bool:
        """Whether the interval holds what was measured."""
        low, high = self.interval
        return low <= self.measured <= high

    @property
    def error_ratio(self) -> float:
        """The prediction's relative error."""
        return error_ratio(self.effect, self.measured)

    @property
    def unexplained(self) -> float:
        """The part of that error which is beyond the noise of this canary's measurement."""
        return unexplained(self.effect, self.measured, self.error)

    def _end(self, seen: float, true: float, outwards: float) -> float:
        """Return an end of the interval, moved outwards as far as the measurement was less precise than planned."""
        away = seen - self.effect
        planned = away**2 - (true - self.effect) ** 2
        more = (Z95 * self.error) ** 2 - planned
        if not math.isfinite(more) or more <= 0 or planned < 0:
            return seen
        return self.effect + outwards * math.sqrt(away**2 + more)


def error_ratio(predicted: float, measured: float) -> float:
    """Return |predicted - measured| relative to the larger of the two; 0 when both are 0, NaN when one is no number."""
    larger = max(abs(predicted), abs(measured))
    return abs(predicted - measured) / larger if larger != 0 else 0.0


def unexplained(predicted: float, measured: float, error: float) -> float:
    """Return the part of the error ratio that the measurement's noise does not explain: 0 within 1.96 of its errors.

    Where effects are no larger than a canary's noise, even a prediction that knows the truth has an error ratio near 1.
    What is left beyond the noise is the prediction's own.

    Args:
        predicted: effect, in the KPI's unit.
        measured: effect, in the same unit.
        error: standard error of `measured`; where it is NaN, not known, nothing is taken off.
    """
    larger = max(abs(predicted), abs(measured))
    noise = 0.0 if math.isnan(error) else Z95 * error
    return max(0.0, abs(predicted - measured) - noise) / larger if larger > 0 else 0.0


def coverage(found: Sequence[Held], last: int | None = None) -> float:
    """Return the share of predicted intervals that held what was measured; NaN for none.

    Args:
        found: oldest first; what is not known is left out.
        last: how many of the newest count; all of them by default.
    """
    known = [one.covered for one in found if one.known]
    known = known if last is None else known[-last:]
    return sum(known) / len(known) if known else math.nan


def typical_error(found: Sequence[Held]) -> float:
    """Return the median error beyond noise of the predictions that are known; NaN for none."""
    errors = [one.unexplained for one in found if one.known]
    return median(errors) if errors else math.nan
