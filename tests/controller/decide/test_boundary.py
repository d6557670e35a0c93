"""The sequential boundary keeps its error rate over all looks, and its quantiles are those of the literature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from controller.decide.boundary import Boundary
from tests.controller.decide.series import at_least, at_most

RUNS, PLANNED = 4000, 240


@pytest.mark.parametrize("alpha", [0.05, 0.025, 0.0125])
@pytest.mark.parametrize("tuned_for", [20, 40])
def test_brownian_motion_crosses_it_no_more_often_than_alpha(alpha: float, tuned_for: int) -> None:
    """4000 paths, looks at every point from 5 on; Monte-Carlo error is three sigma and a bit (1 in 1000)."""
    rng = np.random.default_rng(1)
    counts = np.arange(5, PLANNED + 1)
    means = np.cumsum(rng.normal(size=(RUNS, PLANNED)), axis=1)[:, counts - 1] / counts
    boundary = Boundary(alpha, PLANNED, tuned_for)
    margins = np.array([boundary.margin(int(n), 1.0, 0.0) for n in counts])
    crossed = int((means > margins).any(axis=1).sum())
    assert crossed <= at_most(alpha, RUNS)
    assert crossed >= at_least(alpha / 3, RUNS)  # and it is not so wide that it never could


@pytest.mark.parametrize("history", [960, 300])
def test_an_uncertain_history_mean_is_paid_for(history: int) -> None:
    """The mean that is subtracted errs alike at every look; without the second term the rate would exceed alpha."""
    rng = np.random.default_rng(2)
    counts = np.arange(5, PLANNED + 1)
    means = np.cumsum(rng.normal(size=(RUNS, PLANNED)), axis=1)[:, counts - 1] / counts
    offset = rng.normal(size=(RUNS, 1)) / math.sqrt(history)
    boundary = Boundary(0.05, PLANNED)
    margins = np.array([boundary.margin(int(n), 1.0, 1 / history) for n in counts])
    assert int((means - offset > margins).any(axis=1).sum()) <= at_most(0.05, RUNS)


def test_at_the_planned_end_it_is_obrien_and_flemings_constant() -> None:
    boundary = Boundary(0.05, PLANNED)
    assert boundary.margin(PLANNED, 1.0, 0.0) == pytest.approx(norm.isf(0.02) / math.sqrt(PLANNED))


def test_early_the_mixture_is_the_smaller_one() -> None:
    early, brien = Boundary(0.05, PLANNED).margin(10, 1.0, 0.0), norm.isf(0.02) * math.sqrt(PLANNED) / 10
    assert early < brien / 2


def test_it_narrows_with_every_point_and_widens_with_confidence_and_noise() -> None:
    boundary = Boundary(0.05, PLANNED)
    margins = [boundary.margin(n, 1.0, 0.01) for n in range(1, PLANNED + 1)]
    assert margins == sorted(margins, reverse=True)
    assert Boundary(0.01, PLANNED).margin(50, 1.0, 0.01) > boundary.margin(50, 1.0, 0.01)
    assert boundary.margin(50, 2.0, 0.01) > boundary.margin(50, 1.0, 0.01)
    assert boundary.margin(50, 1.0, 0.02) > boundary.margin(50, 1.0, 0.01)


@pytest.mark.parametrize("factor", [1e-150, 1e-3, 1e3, 1e150])
def test_it_scales_with_the_noise(factor: float) -> None:
    boundary = Boundary(0.05, PLANNED)
    scaled = boundary.margin(30, factor**2, 0.01 * factor**2)
    assert scaled == pytest.approx(factor * boundary.margin(30, 1.0, 0.01), rel=1e-12)


def test_without_noise_any_difference_counts() -> None:
    assert Boundary(0.05, PLANNED).margin(20, 0.0, 0.0) == 0.0
