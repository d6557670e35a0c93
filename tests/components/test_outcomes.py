"""What is promised about the hidden surface, so that the demo's acts mean something."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.outcomes import completion, completion_logit, hd_seconds
from components.planner.diversity import normalised_entropy
from components.planner.library import build_library
from components.planner.planner import Planner
from exporter.parameter import number
from exporter.parameters import Value, Values
from exporter.reference import REFERENCE_PARAMETERS


def values(**changed: Value) -> Values:
    return {**REFERENCE_PARAMETERS.defaults(), **changed}


BEST = values(temperature=0.95, top_k=18, freshness_bias=0.1, popularity_bias=0.05)


def test_completion_at_the_defaults_and_the_promised_steps() -> None:
    assert completion(values()) == pytest.approx(0.56)
    assert completion(values(temperature=0.75)) >= 0.56 + 0.06
    assert completion(values(temperature=0.35)) <= 0.56 - 0.12
    assert 0.65 < completion(BEST) < 0.75


points = st.builds(
    values,
    temperature=st.floats(0.1, 2.0),
    top_k=st.integers(1, 40),
    freshness_bias=st.floats(-0.5, 0.5),
    popularity_bias=st.floats(-0.5, 0.5),
)


@given(points)
def test_the_optimum_is_interior_and_the_only_one(point: Values) -> None:
    assert completion_logit(point) <= completion_logit(BEST)


@given(points, points, st.floats(0.0, 1.0))
def test_it_is_concave_along_any_line_of_equal_top_k(one: Values, two: Values, share: float) -> None:
    two = {**two, "top_k": one["top_k"]}
    between: Values = {name: share * number(one, name) + (1 - share) * number(two, name) for name in one}
    least = share * completion_logit(one) + (1 - share) * completion_logit(two)
    assert completion_logit(between) >= least - 1e-9


def test_a_shock_moves_completion_and_never_out_of_range() -> None:
    assert completion(values(), 0.1) > 0.56 > completion(values(), -0.1)
    assert 0.0 < completion(values(), -20.0) < completion(values(), 20.0) < 1.0


@pytest.mark.parametrize(("top_k", "share"), [(4, 0.02), (12, 0.08), (18, 0.12), (40, 0.24)])
def test_the_share_of_slow_hd_detections_rises_with_top_k(top_k: int, share: float) -> None:
    seconds = hd_seconds(values(top_k=top_k), 40_000, np.random.default_rng(1))
    # standard error at most 0.0021
    assert (seconds > 2.5).mean() == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("seed", [1, 2, 3, 2026])
def test_entropy_at_the_defaults_and_its_clear_fall_at_a_low_temperature(seed: int) -> None:
    planner = Planner(build_library(np.random.default_rng(seed)))

    def entropy(temperature: float) -> float:
        videos = planner.select(values(temperature=temperature), 1000, np.random.default_rng(5))
        return normalised_entropy(np.bincount(planner.library.category[videos].ravel(), minlength=12).astype(float))

    assert 0.75 < entropy(0.6) < 0.9
    assert 0.3 < entropy(0.35) < entropy(0.6) - 0.1
    assert entropy(0.75) > entropy(0.6)
