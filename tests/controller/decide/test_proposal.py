"""One bounded step: inside the hard bounds, on the grid of its kind, learnt from what was measured."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.proposal import HALF_LIFE, Experience, Knob, Slope, learn, moved, propose
from exporter.parameters import ParameterSpec

HEAT = Knob(ParameterSpec("heat", "float", 0.1, 2.0, 0.6), 0.15, Slope(0.02, 0.04))
TOP = Knob(ParameterSpec("top", "int", 1, 40, 12), 3, Slope(0.0, 0.02))
NOW = {"heat": 0.6, "top": 12}


def _tried(steps: float, effect: float, age: float = 0.0, error: float = 0.001, name: str = "heat") -> Experience:
    return Experience(name, steps, effect, error, age)


@st.composite
def knobs(draw: st.DrawFn) -> tuple[Knob, float]:
    """Return a parameter of any size, and a value inside its bounds."""
    kind = draw(st.sampled_from(["float", "int"]))
    exponent = draw(st.integers(-12, 12)) if kind == "float" else draw(st.integers(0, 9))
    low = draw(st.floats(-100, 100)) * 10.0**exponent
    width = draw(st.floats(1, 100)) * 10.0**exponent * (1 if kind == "float" else 2)
    spec_low, spec_high = (
        (low, low + width) if kind == "float" else (math.floor(low) + 0.5, math.floor(low) + 2.5 + width)
    )
    inside = spec_low + draw(st.floats(0, 1)) * (spec_high - spec_low)
    value = inside if kind == "float" else float(min(max(round(inside), math.ceil(spec_low)), math.floor(spec_high)))
    default = value if kind == "float" else int(value)
    spec = ParameterSpec("x", "int" if kind == "int" else "float", spec_low, spec_high, default)
    step = draw(st.floats(0.01, 1)) * width if kind == "float" else float(draw(st.integers(1, 5)))
    return Knob(spec, step, Slope(0.0, 1.0)), value


@given(knobs(), st.sampled_from([1.0, -1.0]))
def test_a_move_never_leaves_the_hard_bounds_and_never_goes_the_wrong_way(
    found: tuple[Knob, float], way: float
) -> None:
    knob, value = found
    new = moved(knob, value, way)
    assert knob.spec.check(new) == new
    assert (new - value) * way >= -1e-9 * knob.step
    assert abs(new - value) <= knob.step * (1 + 1e-9)


def test_ten_steps_of_a_tenth_are_one() -> None:
    knob = Knob(ParameterSpec("x", "float", 0.0, 2.0, 0.0), 0.1, Slope(0.0, 1.0))
    value = 0.0
    for _ in range(10):
        value = moved(knob, value, 1.0)
    assert value == 1.0


def test_a_step_of_a_trillionth_still_moves() -> None:
    knob = Knob(ParameterSpec("x", "float", 0.0, 1e-11, 0.0), 1e-12, Slope(0.0, 1.0))
    assert moved(knob, 0.0, 1.0) == pytest.approx(1e-12)


def test_the_most_promising_move_is_proposed_with_its_interval_and_reason() -> None:
    found = propose((HEAT, TOP), NOW, ())
    assert found is not None
    assert (found.change.parameter, found.change.old, found.change.new) == ("heat", 0.6, 0.75)
    assert found.effect == pytest.approx(0.02)
    assert (found.low, found.high) == pytest.approx((0.02 - 1.96 * 0.04, 0.02 + 1.96 * 0.04))
    assert "heat 0.6 -> 0.75" in found.rationale
    assert "0 measured effects" in found.rationale


def test_what_was_measured_turns_the_proposal_round() -> None:
    found = propose((HEAT,), NOW, (_tried(1, -0.05), _tried(1, -0.05)))
    assert found is not None
    assert found.change.new == pytest.approx(0.45)
    assert found.effect == pytest.approx(0.05, rel=0.01)
    assert "2 measured effects of heat" in found.rationale


def test_another_parameters_effects_teach_nothing() -> None:
    assert propose((HEAT,), NOW, (_tried(1, -9.0, name="top"),)) == propose((HEAT,), NOW, ())


def test_at_a_bound_only_the_way_back_is_left() -> None:
    found = propose((TOP,), {"top": 40}, ())
    assert found is not None
    assert found.change.new == 37.0


def test_a_shortened_step_at_a_bound_promises_its_share_only() -> None:
    found = propose((HEAT,), {"heat": 1.94}, ())
    assert found is not None
    assert found.change.new == 2.0
    assert found.effect == pytest.approx(0.02 * 0.4)


def test_nothing_is_proposed_that_may_not_gain_enough() -> None:
    assert propose((HEAT,), NOW, (), least_gain=0.05) is None
    assert propose((HEAT,), NOW, (), least_gain=0.03) is not None
    assert propose((), NOW, ()) is None


@given(
    st.lists(st.builds(_tried, st.floats(-3, 3), st.floats(-1, 1), st.floats(0, 1e8), st.floats(0.01, 1)), max_size=8)
)
def test_every_measured_effect_adds_certainty_and_their_order_does_not_matter(tried: list[Experience]) -> None:
    prior = Slope(0.0, 0.5)
    certainty = [learn(prior, tuple(tried[:n])).sd for n in range(len(tried) + 1)]
    assert certainty == sorted(certainty, reverse=True)
    forth, back = learn(prior, tuple(tried)), learn(prior, tuple(reversed(tried)))
    assert (forth.mean, forth.sd) == pytest.approx((back.mean, back.sd), abs=1e-9)


def test_with_much_measured_the_prior_is_forgotten() -> None:
    found = learn(Slope(5.0, 1.0), tuple(_tried(2, 0.2, error=0.01) for _ in range(100)))
    assert found.mean == pytest.approx(0.1, abs=0.001)


def test_an_effect_as_old_as_the_half_life_counts_half() -> None:
    prior = Slope(0.0, 1e6)
    fresh, old = learn(prior, (_tried(1, 1.0, error=0.1),)), learn(prior, (_tried(1, 1.0, HALF_LIFE, 0.1),))
    assert old.sd == pytest.approx(fresh.sd * math.sqrt(2))


@pytest.mark.parametrize("useless", [_tried(0, 1.0), _tried(1, 1.0, error=0.0), _tried(1, 1.0, error=math.nan)])
def test_an_effect_that_says_nothing_is_left_out(useless: Experience) -> None:
    assert learn(Slope(0.1, 0.2), (useless,)) == learn(Slope(0.1, 0.2), ())


def test_an_effect_from_the_future_counts_as_fresh() -> None:
    assert learn(HEAT.prior, (_tried(1, 0.1, age=-100.0),)) == learn(HEAT.prior, (_tried(1, 0.1),))
