"""The library is seeded, large and uneven."""

from __future__ import annotations

import numpy as np
import pytest

from components.planner.library import CATEGORIES, build_library


def test_the_same_seed_gives_the_same_library_and_another_seed_another() -> None:
    one, same, other = (build_library(np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert (one.quality == same.quality).all()
    assert (one.category == same.category).all()
    assert (one.quality != other.quality).any()


def test_several_thousand_videos_in_twelve_categories_of_unequal_sizes() -> None:
    library = build_library(np.random.default_rng(1))
    assert len(library) == len(set(library.ids)) == 4000
    sizes = np.bincount(library.category, minlength=len(CATEGORIES))
    assert len(sizes) == len(CATEGORIES) == 12
    assert sizes.min() > 50
    assert sizes.max() > 2 * sizes.min()
    for column in (library.freshness, library.popularity):
        assert 0.0 <= column.min() < column.max() <= 1.0
    assert np.corrcoef(library.popularity, library.quality)[0, 1] > 0.1


def test_an_empty_library_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        build_library(np.random.default_rng(1), 0)
