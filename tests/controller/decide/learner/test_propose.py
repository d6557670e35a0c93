"""Which change is proposed, and why none is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from controller.decide.learner.aim import Aim
from controller.decide.learner.candidates import Box
from controller.decide.learner.learner import Learner
from controller.decide.learner.propose import Proposal, propose
from controller.decide.learner.refusal import NoProposal
from controller.decide.learner.space import Space
from controller.decide.utility import Term
from exporter.parameters import Values
from tests.controller.decide.learner.minds import BASE, MODE, SE, X, aim, box, mind, rail

WITH_MODE = Space((X, MODE))


def _proposed(learner: Learner, what_for: Aim, where: Box | None = None, seed: int = 1) -> Proposal:
    found = propose(learner, BASE, where or box(), what_for, np.random.default_rng(seed))
    assert isinstance(found, Proposal), found
    return found


def _refused(learner: Learner, what_for: Aim, where: Box | None = None) -> NoProposal:
    found = propose(learner, BASE, where or box(), what_for, np.random.default_rng(1))
    assert isinstance(found, NoProposal), found
    return found


def _taught(learner: Learner, gain: float, cost: float = 0.0, count: int = 8) -> Learner:
    """Teach that x upwards by one does this to both KPIs, and y nothing."""
    for number in range(count):
        step = (-1) ** number * (1 + number % 2)
        learner.learn(BASE, {**BASE, "x": 5.0 + step}, {"gain": (gain * step, SE), "cost": (cost * step, SE)})
        learner.learn(BASE, {**BASE, "y": 5.0 + step}, {"gain": (0.0, SE), "cost": (0.0, SE)})
    return learner


def test_what_is_known_to_help_is_proposed_and_nothing_else_moves() -> None:
    found = _proposed(_taught(mind(), gain=0.5), aim(rail(rise=1.0)))
    assert 5.5 < float(found.values["x"]) <= 7.0
    assert found.values["y"] == 5.0
    gain = next(one for one in found.forecasts if one.kpi == "gain")
    assert gain.low < gain.true_low < gain.effect < gain.true_high < gain.high
    assert gain.effect == pytest.approx(0.5 * (float(found.values["x"]) - 5.0), abs=0.3)
    assert 0.5 < found.chance <= 1
    assert 0 < found.sure_gain <= found.gain * 1.01
    assert 0 < found.kept <= found.candidates


def test_a_prior_is_followed_and_one_of_the_wrong_sign_is_overcome_by_a_few_canaries() -> None:
    learner = mind(slope=2.0, sd=0.5)
    assert float(_proposed(learner, aim()).values["x"]) > 5.0
    for _ in range(4):
        step = float(_proposed(learner, aim()).values["x"]) - 5.0 or 1.0
        learner.learn(BASE, {**BASE, "x": 5.0 + step}, {"gain": (-0.4 * step, SE)})
    where = Box({"x": (3.0, 7.0)}, {})
    found = _proposed(learner, aim(), where)
    assert float(found.values["x"]) < 5.0
    assert next(one for one in found.forecasts if one.kpi == "gain").effect > 0


def test_for_a_kpi_that_is_better_lower_the_proposal_lowers_it() -> None:
    down = Aim("gain", (Term("gain", 1.0, 1.0, -1.0),), (), {"gain": SE, "cost": SE}, 2.0, 1.6)
    found = _proposed(_taught(mind(), gain=0.5), down)
    assert float(found.values["x"]) < 5.0


def test_a_guardrails_margin_limits_how_far_it_goes() -> None:
    far = _proposed(_taught(mind(), gain=0.5, cost=0.3), aim(rail(rise=1.5)))
    near = _proposed(_taught(mind(), gain=0.5, cost=0.3), aim(rail(rise=0.5)))
    assert float(far.values["x"]) > float(near.values["x"]) > 5.0
    (cost,) = (one for one in near.forecasts if one.kpi == "cost")
    assert cost.effect < 0.5


def test_a_guardrail_near_its_limit_is_respected() -> None:
    def x(upper: float) -> float:
        learner = _taught(mind(), gain=0.5, cost=0.3)
        learner.see_levels(BASE, {"cost": (10.0, 0.02)})
        found = _proposed(learner, aim(rail(upper=upper)))
        (cost,) = (one for one in found.forecasts if one.kpi == "cost")
        assert 10.0 + cost.effect < upper
        return float(found.values["x"])

    assert x(12.0) > x(10.5) > 5.0


def test_another_kpis_weight_and_a_band_pull_the_proposal() -> None:
    learner = _taught(mind(), gain=0.2, cost=0.5)
    learner.see_levels(BASE, {"cost": (10.0, 0.02)})
    alone = _proposed(learner, aim())
    assert float(alone.values["x"]) > 6.5
    banded = _proposed(learner, aim(terms=(Term("cost", 2.0, 1.0, 0.0, (9.0, 10.3)),)))
    assert 5.0 < float(banded.values["x"]) < 6.0
    dear = _proposed(learner, aim(terms=(Term("cost", 2.0, 1.0, -1.0),)))
    assert float(dear.values["x"]) <= 5.0  # a unit of x brings 0.2 and costs 1


def test_a_choice_is_proposed_and_what_it_may_not_be_is_not() -> None:
    learner = mind(WITH_MODE)
    base: Values = {"x": 5.0, "mode": "calm"}
    for _ in range(5):
        learner.learn(base, {**base, "mode": "bold"}, {"gain": (0.6, SE), "cost": (0.0, SE)})
        learner.learn(base, {**base, "mode": "wild"}, {"gain": (1.2, SE), "cost": (0.0, SE)})
    for allowed, best in ((MODE.choices, "wild"), (("calm", "bold"), "bold")):
        found = propose(learner, base, Box({}, {"mode": allowed}), aim(), np.random.default_rng(1))
        assert isinstance(found, Proposal)
        assert found.values == {"x": 5.0, "mode": best}


# --- why nothing is proposed


@pytest.mark.parametrize(
    "where", [Box({}, {}), box(5.0, 5.0), box(7.0, 3.0), box(math.nan, math.nan), box(4.999, 5.001)]
)
def test_a_box_without_room_says_so(where: Box) -> None:
    assert _refused(mind(), aim(), where).reason.startswith("no parameter can move")


@pytest.mark.parametrize("unseen", ["gain", "cost"])
@pytest.mark.parametrize("error", [math.inf, math.nan])
def test_a_kpi_that_cannot_be_measured_gives_no_proposal(unseen: str, error: float) -> None:
    errors = {"gain": SE, "cost": SE} | {unseen: error}
    found = _refused(mind(), aim(rail(rise=1.0), errors=errors))
    assert (found.reason, found.hoped) == (f"{unseen}: a canary as it is planned sees nothing of it", None)


def test_a_guardrail_that_can_only_be_broken_is_named() -> None:
    learner = mind()
    learner.see_levels(BASE, {"cost": (10.0, 0.02)})
    found = _refused(learner, aim(rail(upper=9.0)))
    assert found.reason == "no change in reach most likely keeps cost within its limit and margin"


def test_an_effect_far_below_what_a_canary_sees_is_refused_with_what_is_hoped() -> None:
    found = _refused(mind(sd=1e-4), aim())
    assert "a gain that a canary would prove" in found.reason
    assert found.hoped is not None
    assert 1e-5 < found.hoped < SE


def test_a_service_at_its_known_best_is_left_alone() -> None:
    learner = mind()
    for number in range(120):
        x, y = 3.0 + 4.0 * ((number * 0.37) % 1), 3.0 + 4.0 * ((number * 0.61) % 1)
        effect = -0.5 * ((x - 5.0) ** 2 + (y - 5.0) ** 2)
        learner.learn(BASE, {"x": x, "y": y}, {"gain": (effect, 0.002), "cost": (0.0, 0.002)})
    found = propose(learner, BASE, box(), aim(errors={"gain": 0.002, "cost": 0.002}), np.random.default_rng(1))
    if isinstance(found, Proposal):  # hair's breadths may be tried for what is not known
        assert abs(float(found.values["x"]) - 5.0) < 0.2
        assert found.chance < 0.2
    far = Box({"x": (6.0, 7.0)}, {})
    assert "better than the values in force" in _refused(learner, aim(), far).reason
