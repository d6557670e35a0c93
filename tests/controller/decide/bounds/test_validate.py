"""Why a change is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.limits import Limits
from controller.decide.bounds.validate import validate
from exporter.parameter import ParameterSpec, Value, choice

HEAT = ParameterSpec("heat", "float", 0.1, 2.0, 0.6)
TOP = ParameterSpec("top", "int", 1, 40, 12)
MODE = choice("mode", ("calm", "wild"), "calm")
LIMITS = Limits(HEAT, 0.6, Bounds(0.3, 1.2), overridden=False, max_step=0.19, daily_limit=None)
TOPS = Limits(TOP, 12, Bounds(4.3, 20.7), overridden=False, max_step=3.9, daily_limit=None)


@pytest.mark.parametrize(
    ("changes", "codes", "said"),
    [
        ({"heat": 0.75}, [], ""),
        ({"warmth": 1}, ["unknown"], "unknown parameter 'warmth'; known are heat, top, mode"),
        ({"heat": 2.5}, ["hard"], "2.5 is outside hard bounds [0.1, 2.0]"),
        ({"heat": math.nan}, ["not_finite"], "is not finite"),
        ({"heat": math.inf}, ["not_finite"], "is not finite"),
        ({"top": 10**400}, ["not_finite"], "is not finite"),
        ({"heat": "hot"}, ["kind"], "'hot' is not a number"),
        ({"heat": True}, ["kind"], "True is not a number"),
        ({"heat": None}, ["kind"], "its value is missing"),
        ({"top": 12.5}, ["kind"], "12.5 is not a whole number"),
        ({"mode": "wild"}, [], ""),
        ({"mode": "wilt"}, ["kind"], "did you mean 'wild'"),
        ({"mode": 1}, ["kind"], "1 is none of calm, wild"),
        ({"heat": 0.9}, ["max_step"], "0.6 -> 0.9 is a step of 0.3; one change moves it by 0.19 at most"),
        ({"heat": 1.5}, ["sliding", "max_step"], "1.5 is outside the sliding bounds [0.3, 1.2]"),
        ({"heat": 3, "top": 13, "nil": 0}, ["hard", "unknown"], "outside hard bounds"),
    ],
)
def test_every_reason_against_a_change_is_given(changes: dict[str, Value], codes: list[str], said: str) -> None:
    found = validate(changes, {"heat": LIMITS, "top": TOPS}, (HEAT, TOP, MODE))
    assert [reason.code for reason in found] == codes
    assert said in "; ".join(reason.text for reason in found)


def test_a_step_of_exactly_the_limit_is_allowed_in_spite_of_rounding() -> None:
    assert validate({"heat": 0.6 + 0.19}, {"heat": LIMITS}, (HEAT,)) == ()
    daily = replace(LIMITS, value=0.3, sliding=Bounds(0.1, 2.0), daily_limit=0.1, day=(0.3,))
    assert validate({"heat": 0.1 + 0.1 + 0.2}, {"heat": daily}, (HEAT,)) == ()
