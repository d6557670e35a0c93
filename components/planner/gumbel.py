"""Gumbel-Top-k: sampling k of N without replacement, in order, by one sort. Pure.

Source: Kool, van Hoof and Welling, "Stochastic Beams and Where to Find Them", ICML 2019, section 2. Adding independent
Gumbel(0, 1) noise to logits `score / temperature` and taking the k largest draws an ordered sample from the
Plackett-Luce distribution of softmax(score / temperature).

Here the equivalent `score + temperature * gumbel` is ranked: the order is the same, and a tiny temperature neither
overflows nor loses the order of the scores; temperature 0 is plain top-k.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEAST = 2.0**-54


def gumbel_top_k(
    scores: NDArray[np.float64], temperature: float, k: int, uniforms: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the indices of the selected candidates, best first; ties go to the lower index.

    Args:
        scores: [B, N], finite, or -inf for a candidate that comes last.
        temperature: 0 or more, in units of the scores; higher is more random.
        k: how many to select; clipped to N.
        uniforms: [B, N], in [0, 1).

    Returns:
        [B, min(k, N)] indices into the N candidates.

    Raises:
        ValueError: shapes differ, a score is NaN or +inf, or temperature or k is negative or not finite.
    """
    if scores.ndim != 2 or scores.shape != uniforms.shape:  # noqa: PLR2004 - [B, N]
        raise ValueError(f"scores {scores.shape} and uniforms {uniforms.shape} must both be [B, N]")
    if not (0.0 <= temperature < np.inf) or k < 0:
        raise ValueError(f"temperature {temperature} must be finite and at least 0, k {k} at least 0")
    batch, count = scores.shape
    k = min(k, count)
    if batch == 0 or k == 0:
        return np.empty((batch, k), dtype=np.int64)
    if not np.max(scores) < np.inf:  # also true for NaN
        raise ValueError("scores must be finite, or -inf: one is NaN or +inf")
    # -(score + T * gumbel), with gumbel = -log(-log(u)) and u kept off 0
    keys = temperature * np.log(-np.log(np.maximum(uniforms, _LEAST))) - scores
    order = np.argsort(keys, axis=1)
    edge = np.take_along_axis(keys, order[:, : k + 1], axis=1)
    if np.any(edge[:, 1:] == edge[:, :-1]):  # the fast sort leaves the order of ties open
        order = np.argsort(keys, axis=1, kind="stable")
    return order[:, :k]


def seeded_uniforms(seed: int, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return uniforms in (0, 1) that are the same on every platform and numpy version.

    numpy promises a stable stream of raw bits only, not of floats: the upper 52 bits, and a half so that none
    is 0 or 1, become a float here, without rounding.
    """
    raw = np.random.PCG64(seed).random_raw(shape[0] * shape[1])
    bits = np.asarray(raw, dtype=np.uint64) >> np.uint64(12)
    uniforms: NDArray[np.float64] = (bits.astype(np.float64) + 0.5) * 2.0**-52
    return uniforms.reshape(shape)
