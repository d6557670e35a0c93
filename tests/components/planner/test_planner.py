"""Slates obey the parameters; golden cases are the same on every machine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from components.planner.library import build_library
from components.planner.planner import Planner, select_case
from exporter.parameters import Value, Values
from exporter.reference import REFERENCE_PARAMETERS

PLANNER = Planner(build_library(np.random.default_rng(1)))


def values(**changed: Value) -> Values:
    return {**REFERENCE_PARAMETERS.defaults(), **changed}


def select(count: int = 400, **changed: Value) -> NDArray[np.int64]:
    return PLANNER.select(values(**changed), count, np.random.default_rng(5))


def test_a_slate_holds_top_k_different_videos() -> None:
    videos = select(top_k=40)
    assert videos.shape == (400, 40)
    assert all(len(set(row)) == 40 for row in videos.tolist())


def test_every_video_can_be_selected_also_from_a_library_that_does_not_divide_evenly() -> None:
    planner = Planner(build_library(np.random.default_rng(1), 107), candidates=25)
    videos = planner.select(values(temperature=2.0, top_k=25), 600, np.random.default_rng(1))
    assert set(videos.ravel().tolist()) == set(range(107))


def test_a_small_library_offers_all_it_has() -> None:
    planner = Planner(build_library(np.random.default_rng(1), 5))
    assert sorted(planner.select(values(top_k=12), 1, np.random.default_rng(1))[0].tolist()) == [0, 1, 2, 3, 4]


def test_no_selections_are_no_rows() -> None:
    assert select(0).shape == (0, 12)


def test_a_lower_temperature_selects_better_videos() -> None:
    quality = [float(PLANNER.library.quality[select(temperature=t)].mean()) for t in (0.2, 0.6, 1.5)]
    assert quality[0] > quality[1] + 0.1 > quality[2] + 0.2


@pytest.mark.parametrize(("bias", "column"), [("freshness_bias", "freshness"), ("popularity_bias", "popularity")])
def test_a_bias_moves_the_mean_of_what_it_favours(bias: str, column: str) -> None:
    favoured: NDArray[np.float64] = getattr(PLANNER.library, column)
    less, none, more = (
        float(favoured[PLANNER.select({**values(), bias: b}, 400, np.random.default_rng(5))].mean())
        for b in (-0.5, 0.0, 0.5)
    )
    # 4800 draws of sd about 0.2: a standard error of 0.003
    assert less + 0.01 < none < more - 0.01


def case(**changed: Any) -> dict[str, Any]:
    candidates = [
        {"id": f"v{i}", "quality": i * 0.1, "freshness": 1 - i * 0.1, "popularity": 0.5, "category": "news"}
        for i in range(6)
    ]
    return {"seed": 7, "candidates": candidates, "parameters": values(top_k=4), **changed}


def test_a_golden_case_is_the_same_for_ever() -> None:
    assert select_case(case()) == ["v5", "v1", "v2", "v0"]
    # the same by the definition, in plain Python: quality + 0.6 * Gumbel noise, the largest first
    raw = np.random.PCG64(7).random_raw(6).tolist()
    gumbel = [-math.log(-math.log(((bits >> 12) + 0.5) / 2**52)) for bits in raw]
    ranked = sorted(range(6), key=lambda i: -(0.1 * i + 0.6 * gumbel[i]))
    assert select_case(case()) == [f"v{i}" for i in ranked[:4]]
    assert select_case(case(seed=8)) != select_case(case())


def test_a_case_obeys_temperature_biases_and_top_k() -> None:
    assert select_case(case(parameters=values(temperature=0.1, top_k=1), seed=3)) == ["v5"]
    cold = {"temperature": 1e-9, "top_k": 3, "popularity_bias": 0.0}
    assert select_case(case(parameters={**cold, "freshness_bias": 0.0})) == ["v5", "v4", "v3"]
    assert select_case(case(parameters={**cold, "freshness_bias": 2.0})) == ["v0", "v1", "v2"]


def test_k_is_clipped_and_no_candidates_select_nothing() -> None:
    assert sorted(select_case(case(parameters=values(top_k=40)))) == [f"v{i}" for i in range(6)]
    assert select_case(case(candidates=[])) == []


def test_a_case_without_a_parameter_says_which() -> None:
    with pytest.raises(KeyError, match="top_k"):
        select_case(case(parameters={"temperature": 0.6}))
