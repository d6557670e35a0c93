"""An estimate whose standard error is itself known only in probability: a mixture of Student's t distributions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # parts of it that load slowly are loaded when they are used

from controller.model import Floats

_TAIL = 1e9  # standard errors within which every quantile lies


@dataclass(frozen=True)
class Belief:
    """What is believed of a number after it was estimated.

    Attributes:
        estimate: the number, in its unit.
        errors: its standard error under each noise model, in the same unit, shape [G].
        weights: probability of each noise model, summing to 1, shape [G].
        freedom: degrees of freedom of the standard errors.
    """

    estimate: float
    errors: Floats
    weights: Floats
    freedom: float

    @property
    def error(self) -> float:
        """The standard error, over all noise models."""
        scale = float(self.errors.max())
        return scale * float(np.sqrt(self.weights @ (self.errors / scale) ** 2)) if scale > 0 else 0.0

    def above(self, bound: float) -> float:
        """Return the probability that the true number lies above `bound`; 1/2 where an estimate without error is it."""
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = np.nan_to_num((self.estimate - bound) / self.errors, nan=0.0)
        return float(np.clip(self.weights @ scipy.special.stdtr(self.freedom, distance), 0.0, 1.0))

    @property
    def sure(self) -> float:
        """Two-sided confidence that the true number is not 0: 1 - p."""
        return abs(2 * self.above(0.0) - 1)

    def interval(self, coverage: float = 0.95) -> tuple[float, float]:
        """Return the central interval that holds the true number with a probability."""
        scale = float(self.errors.max())
        if not scale > 0:
            return self.estimate, self.estimate
        with np.errstate(divide="ignore"):
            shrunk = scale / self.errors

        def beyond(width: float) -> float:
            return float(self.weights @ scipy.special.stdtr(self.freedom, -width * shrunk)) - (1 - coverage) / 2

        half = scale * float(scipy.optimize.brentq(beyond, 0.0, _TAIL, xtol=1e-6))
        return self.estimate - half, self.estimate + half
