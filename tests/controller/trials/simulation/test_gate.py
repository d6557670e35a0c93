"""The gate at effect level: benefit, harm and safety, each at its own height."""

from __future__ import annotations

import re

import pytest
from scipy.stats import norm

from controller.decide.policy import Policy
from controller.model import Verdict
from controller.trials.simulation.gate import judge, needed
from controller.trials.simulation.task import Estimate

POLICY = Policy()
BENEFIT, SAFETY = needed(POLICY)
HARM = float(norm.isf(POLICY.harm_alpha / 2))


def _judged(gain: float, load: float, room: float) -> tuple[Verdict, str]:
    effects = {"value": Estimate(gain, 1.0), "load": Estimate(load, 1.0)}
    return judge("value", effects, {"load": room}, POLICY)


def test_heights_are_those_of_the_policy() -> None:
    assert norm.sf(BENEFIT) == pytest.approx(POLICY.benefit_alpha)
    assert norm.sf(SAFETY) == pytest.approx(POLICY.alpha)


@pytest.mark.parametrize(
    ("gain", "load", "room", "verdict", "reason"),
    [
        (BENEFIT + 0.01, 0.0, SAFETY + 0.01, Verdict.PROCEED, "value: effect .* proven benefit"),
        (BENEFIT - 0.01, 0.0, SAFETY + 0.01, Verdict.INCONCLUSIVE, "value: .* no proven benefit"),
        (BENEFIT + 0.01, 0.0, SAFETY - 0.01, Verdict.INCONCLUSIVE, "load: .* may cross the limit"),
        (9.0, HARM + 0.01, 0.0, Verdict.ROLLBACK, "load: .* proven to cross"),
        (9.0, HARM - 0.01, 0.0, Verdict.INCONCLUSIVE, "load: .* may cross"),
        (9.0, HARM + 0.01, 1.0, Verdict.INCONCLUSIVE, "load: .* may cross"),
        (-HARM - 0.01, 0.0, 9.0, Verdict.ROLLBACK, "value: .* proven harm"),
        (-HARM + 0.01, 0.0, 9.0, Verdict.INCONCLUSIVE, "no proven benefit"),
        (9.0, -SAFETY - 1.01, -1.0, Verdict.PROCEED, "proven benefit"),
        (9.0, -SAFETY - 0.99, -1.0, Verdict.INCONCLUSIVE, "may cross"),
        (9.0, HARM - 0.01, -5.0, Verdict.INCONCLUSIVE, "may cross"),
    ],
)
def test_each_rule_has_its_edge(gain: float, load: float, room: float, verdict: Verdict, reason: str) -> None:
    found, why = _judged(gain, load, room)
    assert found is verdict
    assert re.search(reason, why)


def test_every_reason_is_told() -> None:
    _, why = _judged(0.0, 0.0, 0.0)
    assert "value" in why
    assert "load" in why


def test_more_guardrails_make_each_ones_harm_harder_to_prove() -> None:
    effects = {"value": Estimate(-HARM - 0.01, 1.0), **{f"g{index}": Estimate(0.0, 1.0) for index in range(9)}}
    assert judge("value", effects, {f"g{index}": 9.0 for index in range(9)}, POLICY)[0] is Verdict.INCONCLUSIVE
