"""A plant that is wrong is told so, at once and in words; one that is right comes back as it is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from controller.errors import ConfigError
from controller.trials.simulation.plant import CheckedPlant


class Plant:
    """A plant whose every attribute a test may replace."""

    def __init__(self, **changed: Any) -> None:
        self.bounds: Any = {"a": (0.0, 1.0), "b": (-5, 5)}
        self.start: Any = {"b": 0, "a": 0.5}
        self.primary: Any = "value"
        self.guardrails: Any = {"load": 2.0}
        self.canary_se: Any = 0.1
        self.answer: Any = {"value": 1.0, "load": 1.0, "more": "is ignored"}
        self.top: Any = 3
        vars(self).update(changed)

    def response(self, values: dict[str, float], day: float) -> Any:
        del values, day
        return self.answer

    def best(self, day: float) -> Any:
        del day
        return self.top


def checked(**changed: Any) -> CheckedPlant:
    return CheckedPlant(Plant(**changed), "p.py:make")


def test_a_plant_comes_back_in_numbers_and_in_the_order_of_its_bounds() -> None:
    plant = checked()
    assert list(plant.start.items()) == [("a", 0.5), ("b", 0.0)]
    assert dict(plant.bounds) == {"a": (0.0, 1.0), "b": (-5.0, 5.0)}
    assert plant.response({"a": 1.0, "b": 1.0}, 2.0) == {"value": 1.0, "load": 1.0}
    assert (plant.best(1.0), plant.limits, plant.canary_se) == (3.0, {"load": 2.0}, 0.1)


def test_limits_are_upper_ones_and_hold_when_they_are_reached() -> None:
    plant = checked()
    assert plant.safe({"value": 0.0, "load": 2.0})
    assert not plant.safe({"value": 0.0, "load": 2.0001})
    assert checked(guardrails={}).safe({"value": 0.0})


def test_a_plant_cannot_change_what_it_was_asked_for() -> None:
    class Greedy(Plant):
        def response(self, values: dict[str, float], day: float) -> Any:
            values["a"] = 99.0
            return super().response(values, day)

    asked = {"a": 0.1, "b": 0.2}
    CheckedPlant(Greedy(), "greedy").response(asked, 0.0)
    assert asked == {"a": 0.1, "b": 0.2}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bounds": {}}, "bounds must name at least one parameter"),
        ({"bounds": [(0, 1)]}, "bounds must name at least one parameter"),
        ({"bounds": {"a": (1, 0), "b": (0, 1)}}, "bounds of 'a' are (1, 0): low must be below high"),
        ({"bounds": {"a": (1, 1)}}, "bounds of 'a' are (1, 1): low must be below high"),
        ({"bounds": {"a": (0, math.inf)}}, "bounds of 'a': high is inf, not a finite number"),
        ({"bounds": {"a": (0, "1")}}, "bounds of 'a': high is '1', not a finite number"),
        ({"bounds": {"a": 3}}, "bounds of 'a' are 3, not (low, high)"),
        ({"bounds": {"a": (1, 2, 3)}}, "not (low, high)"),
        ({"bounds": {7: (0, 1)}}, "bounds: 7 is no name"),
        ({"start": {"a": 0.5}}, "'b' stands in bounds but not in start"),
        ({"start": {"a": 0.5, "b": 0, "c": 1}}, "'c' stands in start but not in bounds"),
        ({"start": {"a": 1.5, "b": 0}}, "start of 'a' is 1.5, outside its bounds (0, 1)"),
        ({"start": {"a": math.nan, "b": 0}}, "start: 'a' is nan, not a finite number"),
        ({"start": {"a": 10**400, "b": 0}}, "not a finite number"),
        ({"start": None}, "start is NoneType; a dict of numbers by name is needed"),
        ({"primary": None}, "primary is None; it must be the name of a response"),
        ({"primary": "valeu"}, "answered no 'valeu'; did you mean 'value'?"),
        ({"primary": "load"}, "'load' cannot be the primary response and a guardrail"),
        ({"guardrails": {"load": math.nan}}, "guardrails: 'load' is nan"),
        ({"guardrails": {"laod": 1}}, "answered no 'laod'; did you mean 'load'?"),
        ({"guardrails": ["load"]}, "guardrails is list"),
        ({"canary_se": 0}, "canary_se is 0; it must be above 0"),
        ({"canary_se": -1}, "it must be above 0"),
        ({"canary_se": None}, "canary_se is None, not a finite number"),
        ({"answer": {"value": math.nan, "load": 1}}, "response({a: 0.5, b: 0}, day=0): 'value' is nan"),
        ({"answer": {"value": 1, "load": -math.inf}}, "'load' is -inf, not a finite number"),
        ({"answer": None}, "answered NoneType; a dict of responses by name is needed"),
        ({"top": math.nan}, "best(day=0) is nan, not a finite number"),
        ({"top": 0.5}, "best(day=0) is 0.5, but the start values are safe and give 1; best must be the highest"),
        ({"response": 3}, "response is int; a method is needed"),
        ({"best": None}, "best is NoneType; a method is needed"),
    ],
)
def test_what_is_wrong_is_said_with_the_plants_name(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        checked(**changed).best(0.0)
    assert str(caught.value).startswith("plant p.py:make: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["bounds", "start", "primary", "guardrails", "canary_se"])
def test_a_missing_attribute_is_named(name: str) -> None:
    plant = Plant()
    delattr(plant, name)
    with pytest.raises(ConfigError, match=rf"'{name}' is missing in Plant; docs/simulation.md says what a plant needs"):
        CheckedPlant(plant, "p")


def test_no_plant_at_all_is_said_to_be_none() -> None:
    with pytest.raises(ConfigError, match="the factory returned None instead of a plant"):
        CheckedPlant(None, "p")


def test_a_start_beyond_a_limit_is_a_service_in_trouble_not_a_wrong_plant() -> None:
    assert not checked(guardrails={"load": 0.5}, top=-10).safe({"load": 1.0})


def test_a_noisy_response_is_refused() -> None:
    class Noisy(Plant):
        def __init__(self) -> None:
            super().__init__()
            self.asked: Iterator[int] = iter(range(100))

        def response(self, values: dict[str, float], day: float) -> Any:
            del values, day
            return {"value": 1 + next(self.asked) / 100, "load": 1.0}

    with pytest.raises(ConfigError, match=r"'value' as 1 and then as 1.01; it must be the true mean, always the same"):
        CheckedPlant(Noisy(), "noisy")


def test_what_a_plant_raises_is_told_with_file_and_line() -> None:
    class Raises(Plant):
        def response(self, values: dict[str, float], day: float) -> Any:
            return {"value": values["c"], "load": day}

        def best(self, day: float) -> Any:
            raise SystemExit if day == 0 else ValueError

    with pytest.raises(ConfigError, match=r"day=0\) raised KeyError: 'c' \(.*test_plant.py, line \d+\)"):
        CheckedPlant(Raises(), "raises")
    del Raises.response
    with pytest.raises(ConfigError, match=r"best\(day=0\) raised SystemExit \(.*test_plant.py, line \d+\)"):
        CheckedPlant(Raises(), "raises")


def test_a_property_that_raises_is_no_missing_attribute() -> None:
    class Lazy(Plant):
        @property
        def wanted(self) -> Any:
            raise ValueError("no database")

    Lazy.canary_se = Lazy.wanted
    plant = Lazy.__new__(Lazy)
    vars(plant).update({key: value for key, value in vars(Plant()).items() if key != "canary_se"})
    with pytest.raises(ConfigError, match="'canary_se' raised ValueError: no database"):
        CheckedPlant(plant, "lazy")
