"""Seed by seed comparison."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.autopilot.compare import as_safe, beyond, difference
from controller.trials.simulation.summary import Figure
from tests.benchmarks.autopilot.made import score


def test_a_difference_is_paired_by_seed() -> None:
    ours, other = score("kalman", [0.1, 0.5, 0.3]), score("random", [0.2, 0.6, 0.4])
    found = difference(ours, other, "regret")
    assert found.mean == pytest.approx(-0.1)
    assert found.se == pytest.approx(0.0, abs=1e-12)
    assert found.count == 3
    shuffled = replace(other, seeds=(2, 1, 0), figures={**other.figures, "regret": (0.4, 0.6, 0.2)})
    assert difference(ours, shuffled, "regret").mean == pytest.approx(-0.1)
    assert difference(ours, score("random", [0.2, None]), "regret").count == 1


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Figure(0.3, 0.1, 9), True),
        (Figure(0.1, 0.1, 9), False),
        (Figure(-0.3, 0.1, 9), False),
        (Figure(None, None, 0), False),
    ],
)
def test_beyond_is_more_than_two_standard_errors(found: Figure, expected: bool) -> None:
    assert beyond(found) is expected


def test_who_is_unsafe_in_any_respect_is_not_as_safe() -> None:
    ours = score("kalman", [0.1, 0.2], unsafe_canaries=1.0)
    assert as_safe(ours, score("random", [0.1, 0.2], unsafe_canaries=1.0))
    assert as_safe(ours, score("random", [0.1, 0.2]))
    assert not as_safe(ours, score("random", [0.1, 0.2], unsafe_canaries=2.0))
    assert not as_safe(ours, score("random", [0.1, 0.2], unsafe_promotions=1.0))
    assert not as_safe(ours, score("random", [0.1, 0.2], unsafe_hours=0.1))
