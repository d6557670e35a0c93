"""The accepted chance of a false decision is shared out and never exceeded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from controller.decide.policy import Policy


@pytest.mark.parametrize("alpha", [0.2, 0.05, 1e-6])
def test_false_proceeds_and_false_rollbacks_share_alpha(alpha: float) -> None:
    policy = replace(Policy(), alpha=alpha)
    assert policy.benefit_alpha + policy.harm_alpha == pytest.approx(alpha)
    assert min(policy.benefit_alpha, policy.harm_alpha) > 0
