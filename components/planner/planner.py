"""The planner: scores candidates with the tunable biases and selects a slate by Gumbel-Top-k.

A selection sees about a hundred candidates: the library lies in as many shards, and each shard offers one random
video. So no candidate stands twice in a slate, and every video of a shard is equally likely to be offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from components.planner.gumbel import gumbel_top_k, seeded_uniforms
from components.planner.library import Library
from exporter import reference
from exporter.parameter import number
from exporter.parameters import Values

CANDIDATES: Final = 100


def scores(
    quality: NDArray[np.float64], freshness: NDArray[np.float64], popularity: NDArray[np.float64], values: Values
) -> NDArray[np.float64]:
    """Return the score of each video under the biases in `values`; all of one shape, in units of quality."""
    fresh, popular = number(values, reference.FRESHNESS_BIAS), number(values, reference.POPULARITY_BIAS)
    return quality + fresh * freshness + popular * popularity


class Planner:
    """Selects slates from a library, a batch at a time."""

    def __init__(self, library: Library, candidates: int = CANDIDATES) -> None:
        self.library = library
        self._shards = np.arange(min(candidates, len(library)))
        count = len(self._shards)
        self._shard_sizes = (len(library) - 1 - self._shards) // count + 1
        self._scored: tuple[tuple[float, float], NDArray[np.float64]] | None = None

    def select(self, values: Values, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return `count` slates as rows of library indices, best first; [count, top_k], top_k clipped to candidates."""
        shape = (count, len(self._shards))
        slots = (rng.random(shape) * self._shard_sizes).astype(np.int64)
        videos = slots * len(self._shards) + self._shards
        chosen = gumbel_top_k(
            self._scores(values)[videos],
            float(values[reference.TEMPERATURE]),
            int(values[reference.TOP_K]),
            rng.random(shape),
        )
        return np.take_along_axis(videos, chosen, axis=1)

    def _scores(self, values: Values) -> NDArray[np.float64]:
        key = (float(values[reference.FRESHNESS_BIAS]), float(values[reference.POPULARITY_BIAS]))
        if self._scored is None or self._scored[0] != key:
            library = self.library
            self._scored = (key, scores(library.quality, library.freshness, library.popularity, values))
        return self._scored[1]


def _column(candidates: list[Mapping[str, Any]], key: str) -> NDArray[np.float64]:
    return np.array([float(candidate[key]) for candidate in candidates], dtype=np.float64)


def select_case(case: Mapping[str, Any]) -> list[str]:
    """Return the ids selected in one golden case, in order; the same on every machine.

    Args:
        case: `{"seed": int, "candidates": [{"id", "quality", "freshness", "popularity", "category"}...],
            "parameters": {"temperature", "top_k", "freshness_bias", "popularity_bias"}}`.

    Raises:
        KeyError: a key is missing.
    """
    candidates: list[Mapping[str, Any]] = list(case["candidates"])
    values = {name: case["parameters"][name] for name in reference.REFERENCE_PARAMETERS.names}
    scored = scores(
        _column(candidates, "quality"), _column(candidates, "freshness"), _column(candidates, "popularity"), values
    )
    uniforms = seeded_uniforms(int(case["seed"]), (1, len(candidates)))
    chosen = gumbel_top_k(
        scored.reshape(1, -1), float(values[reference.TEMPERATURE]), int(values[reference.TOP_K]), uniforms
    )
    return [str(candidates[index]["id"]) for index in chosen[0]]
