"""A seeded library of videos: what the planner selects from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

CATEGORIES: Final = (
    "drama",
    "comedy",
    "news",
    "sport",
    "music",
    "nature",
    "history",
    "science",
    "travel",
    "cooking",
    "children",
    "art",
)
SIZE: Final = 4000

_SIZE_POWER: Final = 0.5
_CATEGORY_SD: Final = 0.9
_APPEAL_RANK: Final = (0, 5, 10, 3, 8, 1, 6, 11, 4, 9, 2, 7)
"""Rank of each category's appeal, least first; the same for every seed, so that entropy responds alike."""
_VIDEO_SD: Final = 0.3
_POPULARITY_FROM_QUALITY: Final = 0.35


@dataclass(frozen=True)
class Library:
    """Videos as columns; row i is the video `ids[i]`.

    Attributes:
        ids: names, N of them.
        category: index into CATEGORIES; [N].
        quality: the editors' score, about -2..2, its mean differing by category; [N].
        freshness: 1 for a new video, towards 0 for an old one; [N].
        popularity: 0..1, correlated with quality; [N].
    """

    ids: tuple[str, ...]
    category: NDArray[np.int64]
    quality: NDArray[np.float64]
    freshness: NDArray[np.float64]
    popularity: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)


def build_library(rng: np.random.Generator, size: int = SIZE) -> Library:
    """Return a library of `size` videos in categories of unequal sizes and appeal. Raises ValueError if size < 1."""
    if size < 1:
        raise ValueError(f"a library of {size} videos holds nothing to select: give it at least 1")
    count = len(CATEGORIES)
    shares = 1.0 / np.arange(1, count + 1) ** _SIZE_POWER
    category = rng.choice(count, p=shares / shares.sum(), size=size)
    appeal = _CATEGORY_SD * np.linspace(-1.5, 1.5, count)[np.array(_APPEAL_RANK)]
    quality = appeal[category] + _VIDEO_SD * rng.standard_normal(size)
    popularity = 1.0 / (1.0 + np.exp(-(_POPULARITY_FROM_QUALITY * quality + rng.standard_normal(size) - 0.5)))
    return Library(
        ids=tuple(f"video-{i:05d}" for i in range(size)),
        category=category.astype(np.int64),
        quality=quality,
        freshness=rng.beta(1.2, 2.5, size),
        popularity=popularity,
    )
