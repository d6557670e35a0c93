"""A finding's confidence is a probability."""

from __future__ import annotations

import math

import pytest

from controller.decide.analysis.finding import Finding, FindingKind, percent


@pytest.mark.parametrize("confidence", [-0.01, 1.01, math.nan])
def test_a_confidence_that_is_no_probability_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match=r"lies in 0\.\.1"):
        Finding("sales", FindingKind.LEVEL, "is 1", confidence)


def test_a_probability_is_never_rounded_up_to_certainty() -> None:
    assert [percent(share) for share in (0.5, 0.957, 0.99996, 1.0)] == ["50 %", "95.7 %", "99.9 %", "99.9 %"]
