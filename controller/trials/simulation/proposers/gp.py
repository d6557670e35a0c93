"""A Gaussian process over parameters and time, seen through sums: levels at one point, effects between two points.

Prior: a constant plus Matern 5/2 over the parameters on unit bounds (one length for all), times exp(-days / memory).
The length, the scale and the memory are those of a small grid with the highest marginal likelihood (Rasmussen &
Williams 2006, chapters 2, 4.2 and 5.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.linalg import cho_solve, cholesky

from controller.model import Floats

LENGTHS = (0.3, 0.6, 1.2, 2.4)  # of the bounds' width
SCALES = (4.0, 12.0, 36.0)  # standard errors of a canary
MEMORIES = (10.0, 30.0, 100.0, 1000.0)  # days
CONSTANT = 4.0  # variance of the constant, in squared scales
JITTER = 1e-8  # of the squared scale


@dataclass(frozen=True)
class Kernel:
    """Covariance of a function.

    Attributes:
        length: over which it changes, in widths of the bounds.
        scale: standard deviation, in the unit of the response.
        memory: days over which it changes.
    """

    length: float
    scale: float
    memory: float

    def between(self, a: Floats, b: Floats) -> Floats:
        """Return covariances [A, B] of points [A, d + 1] and [B, d + 1]; the last column is the day."""
        near = np.sqrt(5.0) * distances(a, b) / self.length
        matern = (1 + near + near**2 / 3) * np.exp(-near)
        covariance: Floats = self.scale**2 * (CONSTANT + matern * np.exp(-lags(a, b) / self.memory))
        return covariance


def distances(a: Floats, b: Floats) -> Floats:
    """Return Euclidean distances of the parameters, [A, B]."""
    x, y = a[:, :-1], b[:, :-1]
    squared = (x**2).sum(1)[:, None] + (y**2).sum(1)[None] - 2 * x @ y.T
    apart: Floats = np.sqrt(np.maximum(squared, 0.0))
    return apart


def lags(a: Floats, b: Floats) -> Floats:
    """Return days between points, [A, B]."""
    apart: Floats = np.abs(a[:, -1:] - b[:, -1:].T)
    return apart


@dataclass(frozen=True)
class Seen:
    """Observations `design @ f(points) + noise`.

    Attributes:
        points: where, [P, d + 1]; the last column is the day.
        design: which sum of the points, [M, P].
        measured: what came out, [M].
        se: standard errors, [M].
    """

    points: Floats
    design: Floats
    measured: Floats
    se: Floats

    @property
    def offset(self) -> float:
        """Mean of the observations that are levels; 0 without one."""
        levels = self.design.sum(1) > 0
        return float(self.measured[levels].mean()) if levels.any() else 0.0


class Posterior:
    """A function as far as it is known; `likelihood` is the log marginal likelihood without its constant.

    Args:
        kernel: its prior.
        seen: what was observed; may be nothing.
    """

    def __init__(self, kernel: Kernel, seen: Seen) -> None:
        self.kernel, self.seen = kernel, seen
        noise = seen.se**2 + JITTER * kernel.scale**2
        covariance = seen.design @ kernel.between(seen.points, seen.points) @ seen.design.T + np.diag(noise)
        self._factor = cholesky(covariance, lower=True)
        residual = seen.measured - seen.offset * seen.design.sum(1)
        self._weights = cho_solve((self._factor, True), residual)
        self.likelihood = -0.5 * float(residual @ self._weights) - float(np.log(np.diag(self._factor)).sum())

    def at(self, points: Floats) -> tuple[Floats, Floats]:
        """Return means and standard deviations, each [N], at points [N, d + 1]."""
        cross = self.kernel.between(points, self.seen.points) @ self.seen.design.T
        prior = self.kernel.scale**2 * (CONSTANT + 1)
        explained = np.einsum("nm,mn->n", cross, cho_solve((self._factor, True), cross.T))
        return self.seen.offset + cross @ self._weights, np.sqrt(np.maximum(prior - explained, 0.0))

    def difference(self, point: Floats, base: Floats) -> tuple[float, float]:
        """Return mean and standard deviation of f(point) - f(base), each point [d + 1]."""
        both = np.stack([point, base])
        sign = np.array([1.0, -1.0])
        cross = sign @ self.kernel.between(both, self.seen.points) @ self.seen.design.T
        prior = float(sign @ self.kernel.between(both, both) @ sign)
        explained = float(cross @ cho_solve((self._factor, True), cross))
        return float(cross @ self._weights), float(np.sqrt(max(prior - explained, 0.0)))


def kernels(unit: float) -> Iterable[Kernel]:
    """Return the grid, for a response whose canaries have that standard error."""
    return (Kernel(length, scale * unit, memory) for length, scale, memory in product(LENGTHS, SCALES, MEMORIES))


def fitted(seen: Seen, unit: float) -> Kernel:
    """Return the kernel of the highest marginal likelihood."""
    return max(kernels(unit), key=lambda kernel: Posterior(kernel, seen).likelihood)
