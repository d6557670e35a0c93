"""Sequential boundary: how far a score may wander from zero by chance when somebody looks at every point.

Under "no effect" the score of a canary is a Brownian motion in information time tau (0 at the start, 1 at the planned
end). The boundary is c tau^delta, the power family of Wang & Tsiatis (1987): delta = 0 is O'Brien-Fleming (strong at
the end), delta = 1/2 is Pocock (strong at the beginning). c is solved so that the probability of ever crossing it,
with looks at every point from the first allowed one to the planned end, is alpha: the density of the score is carried
from look to look (Armitage, McPherson & Rowe 1969). The horizon is fixed beforehand and is never extended; whoever gets
more information than planned meets a straight line from there on, along which an estimate gets no more precise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy  # parts of it that load slowly are loaded when they are used
from scipy.special import ndtr, stdtrit

from controller.model import Floats

BENEFIT_DELTA = 0.2
HARM_DELTA = 0.4
_STEP = 0.02  # of the grid that carries the density
_LOWEST = -8.0
_LOOKS = 240  # more looks than these are corrected for, not computed
_OVERSHOOT = 0.583  # Siegmund (1985): a walk looks at a boundary as a motion does at one this much of a step higher
_LEAST_FREEDOM = 3.0


def crossing_probability(constant: float, delta: float, taus: Floats) -> float:
    """Return the chance that a Brownian motion exceeds constant * tau^delta at any of `taus`, ascending in (0, 1]."""
    grid = np.arange(_LOWEST, max(6.0, constant + 3.0), _STEP)
    bounds = constant * taus**delta
    spread = math.sqrt(taus[0])
    density = np.exp(-0.5 * (grid / spread) ** 2) / (spread * math.sqrt(2 * math.pi)) * _STEP
    crossed = float(ndtr(-bounds[0] / spread))
    density[grid >= bounds[0]] = 0.0
    for gap, bound in zip(np.diff(taus), bounds[1:], strict=True):
        reach = math.ceil(6 * math.sqrt(gap) / _STEP)
        kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * _STEP) ** 2 / gap)
        density = np.convolve(density, kernel / kernel.sum(), "same")
        beyond = grid >= bound
        crossed += float(density[beyond].sum())
        density[beyond] = 0.0
    return crossed


@lru_cache(maxsize=256)
def constant(alpha: float, first: int, planned: int, delta: float) -> float:
    """Return c for looks at every point from `first` to `planned`. Raises ValueError when first > planned."""
    if not 1 <= first <= planned:
        raise ValueError(f"the first look ({first}) must come before the planned end ({planned})")
    looks = min(planned, _LOOKS)
    start = max(1, round(first * looks / planned))
    taus = np.arange(start, looks + 1) / looks
    solved = scipy.optimize.brentq(lambda c: crossing_probability(c, delta, taus) - alpha, 0.0, 12.0, xtol=1e-3)
    return float(solved) + _OVERSHOOT * (math.sqrt(1 / looks) - math.sqrt(1 / planned))


@dataclass(frozen=True)
class Boundary:
    """A one-sided boundary for standardised scores.

    Attributes:
        alpha: chance of ever crossing it without an effect.
        first: points before the first look.
        planned: points at the planned end.
        delta: shape, 0 (strong at the end) to 1/2 (strong at the beginning).
    """

    alpha: float
    first: int
    planned: int
    delta: float = BENEFIT_DELTA

    @property
    def constant(self) -> float:
        """Its height at the planned end, for a noise that is known exactly."""
        return constant(self.alpha, min(self.first, self.planned), self.planned, self.delta)

    def widened(self, freedom: Floats) -> Floats:
        """Return its height at the planned end when the noise's variance has `freedom` degrees of freedom.

        The quantile of Student's t stands in for the normal one (Lazarus et al. 2018, for the same purpose).
        """
        found: Floats = -stdtrit(np.maximum(freedom, _LEAST_FREEDOM), ndtr(-self.constant))
        return np.where(np.isinf(freedom), self.constant, found)

    def height(self, tau: Floats, freedom: Floats) -> Floats:
        """Return its height at information times `tau` [G]; `freedom` has that shape, or is one number."""
        found: Floats = self.widened(freedom) * np.where(tau <= 1, np.maximum(tau, 0.0) ** self.delta, tau)
        return found
