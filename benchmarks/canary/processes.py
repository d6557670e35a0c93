"""Noise processes with mean 0 and marginal standard deviation 1, time along the last axis."""

from __future__ import annotations

import math

import numpy as np
from scipy.signal import lfilter

from controller.model import Floats


def white(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Return independent normal noise."""
    return rng.standard_normal(shape)


def student3(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Return independent noise of Student's t with 3 degrees of freedom, whose variance is 3 before scaling."""
    return rng.standard_t(3, shape) / math.sqrt(3.0)


def filtered(innovations: Floats, rho: float) -> Floats:
    """Return AR(1) x_t = rho x_{t-1} + sqrt(1 - rho^2) e_t, stationary from its first point, which is e_0 itself.

    Args:
        innovations: e, with standard deviation 1; shape [..., T].
        rho: autocorrelation from one point to the next, below 1.
    """
    first = innovations[..., :1]
    rest, _ = lfilter([math.sqrt(1 - rho**2)], [1.0, -rho], innovations[..., 1:], axis=-1, zi=rho * first)
    return np.concatenate([first, rest], axis=-1)


def ar1(rng: np.random.Generator, shape: tuple[int, ...], rho: float) -> Floats:
    """Return AR(1) noise with normal innovations."""
    return filtered(white(rng, shape), rho)


def shocked(rng: np.random.Generator, length: int, rho: float, share: float) -> Floats:
    """Return both arms' AR(1) noise, shape [2, length]; `share` of its variance is the same shocks in both arms."""
    common = ar1(rng, (length,), rho)
    own = ar1(rng, (2, length), rho)
    return math.sqrt(share) * common + math.sqrt(1 - share) * own
