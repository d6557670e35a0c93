"""The highest point of a function on the unit cube, by a shrinking random search from good points; always the same."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from controller.model import Floats

KEPT = 16
CHILDREN = 16
ROUNDS = 16
SHRINK = 0.72


def highest(function: Callable[[Floats], Floats], near: Floats) -> Floats:
    """Return the best point found, [d].

    Args:
        function: points [N, d] -> heights [N]; -inf where a point is not allowed.
        near: points to begin with, [M, d]; the first one is returned when nothing else is allowed.
    """
    rng = np.random.default_rng(0)
    count = near.shape[1]
    around = np.clip(near[-1] + rng.normal(0, 0.15, (500, count)), 0, 1)
    points = np.vstack([near, rng.uniform(0, 1, (500, count)), around])
    spread = 0.15
    for _ in range(ROUNDS):
        heights = function(points)
        top = points[np.argsort(-heights, kind="stable")[:KEPT]]
        moved = np.repeat(top, CHILDREN, axis=0)
        points = np.vstack([top, np.clip(moved + rng.normal(0, spread, moved.shape), 0, 1)])
        spread *= SHRINK
    heights = function(points)
    found: Floats = points[int(np.argmax(heights))] if np.isfinite(heights).any() else near[0]
    return found
