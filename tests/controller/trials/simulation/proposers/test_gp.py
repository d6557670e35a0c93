"""The Gaussian process: against the textbook's formulas, and on functions drawn from it."""

from __future__ import annotations

import numpy as np
import pytest

from controller.trials.simulation.proposers.gp import CONSTANT, Kernel, Posterior, Seen, fitted

KERNEL = Kernel(0.5, 2.0, 50.0)


def drawn(kernel: Kernel, seed: int, levels: int, effects: int) -> tuple[Seen, np.ndarray, np.ndarray]:
    """Return observations of a function of the prior, ten further points and the function there."""
    rng = np.random.default_rng(seed)
    count = levels + 2 * effects
    points = np.column_stack([rng.uniform(0, 1, (count + 10, 2)), rng.uniform(0, 30, count + 10)])
    truth = rng.multivariate_normal(np.zeros(count + 10), kernel.between(points, points), method="eigh")
    design = np.zeros((levels + effects, count))
    design[np.arange(levels + effects), np.arange(levels + effects)] = 1
    design[levels + np.arange(effects), levels + effects + np.arange(effects)] = -1
    se = np.full(levels + effects, 0.1)
    measured = design @ truth[:count] + se * rng.normal(size=levels + effects)
    return Seen(points[:count], design, measured, se), points[count:], truth[count:]


def test_it_is_the_conditional_normal_of_the_textbook() -> None:
    seen, points, _ = drawn(KERNEL, 1, levels=4, effects=5)
    mean, sd = Posterior(KERNEL, seen).at(points)
    gram = seen.design @ KERNEL.between(seen.points, seen.points) @ seen.design.T + np.diag(seen.se**2)
    cross = KERNEL.between(points, seen.points) @ seen.design.T
    centre = seen.offset * seen.design.sum(1)
    assert mean == pytest.approx(seen.offset + cross @ np.linalg.solve(gram, seen.measured - centre), rel=1e-4)
    variance = np.diag(KERNEL.between(points, points) - cross @ np.linalg.solve(gram, cross.T))
    assert sd == pytest.approx(np.sqrt(variance), rel=1e-4)


def test_a_difference_is_that_of_two_points_and_better_known_than_either() -> None:
    seen, points, _ = drawn(KERNEL, 2, levels=3, effects=6)
    known = Posterior(KERNEL, seen)
    close = points[0] + np.array([0.05, 0.0, 0.0])
    both, sds = known.at(np.stack([close, points[0]]))
    mean, sd = known.difference(close, points[0])
    assert mean == pytest.approx(both[0] - both[1])
    assert sd < sds.min()
    assert known.difference(points[0], points[0]) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_without_observations_it_is_the_prior() -> None:
    nothing = Seen(np.zeros((0, 3)), np.zeros((0, 0)), np.zeros(0), np.zeros(0))
    mean, sd = Posterior(KERNEL, nothing).at(np.zeros((2, 3)))
    assert mean == pytest.approx([0.0, 0.0])
    assert sd == pytest.approx(KERNEL.scale * np.sqrt(CONSTANT + 1))


def test_intervals_hold_what_they_promise_on_functions_of_the_prior() -> None:
    hits = []
    for seed in range(60):
        seen, points, truth = drawn(KERNEL, 10 + seed, levels=4, effects=10)
        mean, sd = Posterior(KERNEL, seen).at(points)
        hits += list(np.abs(truth - mean) < 1.96 * sd)
    assert np.mean(hits) == pytest.approx(0.95, abs=0.03)  # 600 points, correlated in sixties


@pytest.mark.parametrize("length", [0.3, 2.4])
def test_the_fit_tells_a_rough_function_from_a_smooth_one(length: float) -> None:
    found = [fitted(drawn(Kernel(length, 1.2, 300.0), seed, 10, 30)[0], 0.1).length for seed in range(8)]
    assert (np.median(found) < 0.8) == (length < 0.8)
