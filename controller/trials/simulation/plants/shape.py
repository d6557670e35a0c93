"""How the primary response falls off around its optimum. Every array: candidates [N, d] in, responses [N] out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from controller.model import Floats

Shape = Callable[[Floats, Floats], Floats]
"""(distance from the optimum [N, d] on unit bounds, curvature [d, d]) -> loss [N], 0 at the optimum."""


def quadratic(away: Floats, curvature: Floats) -> Floats:
    """Return z' A z."""
    loss: Floats = np.einsum("ni,ij,nj->n", away, curvature, away)
    return loss


def bent(away: Floats, curvature: Floats) -> Floats:
    """Return a cone that is round at its tip, plus basins that flatten out with the distance: no quadratic fits it."""
    cone = np.sqrt(quadratic(away, curvature) + 0.01) - 0.1
    basins: Floats = np.tanh(2 * away) ** 2 @ np.diag(curvature)
    loss: Floats = 0.5 * (cone + basins)
    return loss


SHAPES: dict[str, Shape] = {"quadratic": quadratic, "bent": bent}
