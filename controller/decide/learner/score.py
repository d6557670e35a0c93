"""What a candidate is worth: the gain that a canary would let through, in expectation.

A canary measures the effect d with an error and promotes only what it proves. With d ~ N(m, v) and an error of variance
s^2 the measurement is y ~ N(m, v + s^2), and the expected promoted gain is

    E[d 1(y > c s)] = m Phi(a) + v / sqrt(v + s^2) phi(a),   a = (m - c s) / sqrt(v + s^2)

(moments of a truncated bivariate normal, Rosenbaum 1961). The second term is the value of not knowing: a candidate
whose effect is uncertain may turn out well, and if it does not, it is not promoted. The chances that the guardrails'
bounds are proven multiply it.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from controller.model import Floats


def promoted_gain(mean: Floats, variance: Floats, error: float, needed: float) -> tuple[Floats, Floats]:
    """Return the expected promoted gain [N] and the chance to be promoted [N].

    Args:
        mean: predicted gain, [N], positive is better.
        variance: of the prediction, [N].
        error: standard error of a canary's effect.
        needed: standard errors that a measured gain must exceed to be proven.
    """
    spread = np.sqrt(variance + error**2)
    at = (mean - needed * error) / spread
    chance = ndtr(at)
    density = np.exp(-0.5 * at**2) / np.sqrt(2 * np.pi)
    gain: Floats = mean * chance + variance / spread * density
    return gain, chance


def proven_harmless(mean: Floats, variance: Floats, room: tuple[float, float], error: float, needed: float) -> Floats:
    """Return the chance [N] that a canary rules out a fall or rise beyond `room`, with its bound at `needed` errors.

    A canary that sees nothing (infinite error) rules out nothing.
    """
    fall, rise = room
    if not np.isfinite(error):
        return np.full(mean.shape, float(np.isposinf(min(fall, rise))))
    spread = np.sqrt(variance + error**2)
    above = ndtr((rise - needed * error - mean) / spread) if np.isfinite(rise) else np.ones(mean.shape)
    below = ndtr((fall - needed * error + mean) / spread) if np.isfinite(fall) else np.ones(mean.shape)
    chance: Floats = above * below
    return chance
