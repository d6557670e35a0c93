"""How the demo tells the arms' values."""

from __future__ import annotations

import pytest

from controller.trials.demo.arms import in_words


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        ({"control": 0.79, "canary": 0.79, "baseline": 0.79}, "0.79 in every arm"),
        ({"control": 0.79, "canary": 0.85, "baseline": 0.79}, "0.85 in canary, 0.79 in baseline, 0.79 in control"),
        ({"control": 0.79}, "0.79 in control"),
    ],
)
def test_equal_arms_are_told_once(arms: dict[str, float], said: str) -> None:
    assert in_words(arms) == said
