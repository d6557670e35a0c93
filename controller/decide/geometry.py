"""How components of noise that fade exponentially are shared between history and canary: their covariances.

History is summarised by means of blocks, short ones next to the canary and longer ones far from it; the canary keeps
every point. A component that fades within `DECOUPLED` points is taken to be forgotten between the two: nothing may be
gained from the very last points before the change, which a ramp or a missing scrape would spoil.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from controller.decide import spectrum
from controller.model import Floats

DECOUPLED = 40.0  # points
_BLOCKS = (20, 20, 20, 20, 40, 40, 80, 80, 160, 160, 320, 320, 640, 640, 1280, 1280, 2560, 2560)
_LONGEST = 5120


@dataclass(frozen=True)
class Geometry:
    """Covariances of unit-power components. K history blocks, N canary points, J components.

    Attributes:
        sizes: points per block, nearest to the canary first, shape [K].
        blocks: between blocks, shape [J, K, K].
        across: between blocks and canary points, shape [J, K, N].
        lags: between canary points by their distance, shape [J, N].
        distance: |i - k|, shape [N, N].
    """

    sizes: NDArray[np.int64]
    blocks: Floats
    across: Floats
    lags: Floats
    distance: NDArray[np.int64]


def block_sizes(count: int) -> NDArray[np.int64]:
    """Return the sizes of blocks that cover `count` points, nearest first."""
    sizes, left = [], count
    for size in _BLOCKS:
        if left > 0:
            sizes.append(min(size, left))
            left -= sizes[-1]
    while left > 0:
        sizes.append(min(_LONGEST, left))
        left -= sizes[-1]
    return np.array(sizes)


def _component(time: float, sizes: NDArray[np.int64], ends: NDArray[np.int64], count: int) -> tuple[Floats, Floats]:
    """Return the covariances between blocks [K, K] and across to canary points [K, N] of one fading component."""
    fade = np.exp(-1 / time)
    sums = -np.expm1(-sizes / time) / -np.expm1(-1 / time)  # sum of fade^0 .. fade^(size - 1)
    starts = ends - sizes
    apart = np.maximum(starts[:, None] - ends[None, :], 0)  # points between an earlier column's block and a row's
    between = fade ** (1.0 + apart) * np.outer(sums, sums) / np.outer(sizes, sizes)
    between = np.triu(between, 1)
    between = between + between.T
    for index, size in enumerate(sizes):
        lag = np.arange(1, size)
        between[index, index] = (size + 2 * ((size - lag) @ fade**lag)) / size**2
    across = np.zeros((sizes.size, count))
    if time >= DECOUPLED:
        across = fade ** (np.arange(1, count + 1)[None, :] - ends[:, None]) * (sums / sizes)[:, None]
    return between, across


@lru_cache(maxsize=16)
def geometry(history: int, planned: int, gap: int) -> Geometry:
    """Return the covariances for a history of `history` points that ends `gap` points before the canary's first."""
    sizes = block_sizes(history)
    ends = -gap - np.concatenate([[0], np.cumsum(sizes)[:-1]])
    blocks, across = [np.diag(1 / sizes)], [np.zeros((sizes.size, planned))]
    lag = np.arange(planned)
    lags = [np.where(lag == 0, 1.0, 0.0)]
    for time in spectrum.times(history)[1:]:
        between, to_canary = _component(float(time), sizes, ends, planned)
        blocks.append(between)
        across.append(to_canary)
        lags.append(np.exp(-lag / time))
    by_lag = np.array(lags)
    return Geometry(sizes, np.array(blocks), np.array(across), by_lag, np.abs(lag[:, None] - lag[None, :]))
