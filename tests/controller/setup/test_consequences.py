"""What another configuration will do, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from controller.journal.state import State
from controller.setup.consequences import consequences
from tests.controller.world import SETTINGS, configuration, worlds

NOW = 1_000_000.0


def told(state: State | None = None, **sections: dict[str, Any]) -> str:
    """Return what follows from another section."""
    return "\n".join(consequences(configuration(), configuration(**sections), state or State(), NOW))


def price(**changes: float) -> dict[str, Any]:
    return {"price": {**SETTINGS["parameters"]["price"], **changes}}


def test_nothing_follows_from_the_same() -> None:
    assert told() == ""


def test_a_value_in_force_that_is_not_allowed_any_more_is_moved() -> None:
    state = State(values={"price": 1.4, "batch": 5})
    said = told(state, parameters=price(high=1.2))
    assert "price will be moved in every arm at once: 1.4, in force, is outside [0.5, 1.2]; the nearest is 1.2" in said
    assert "sliding bounds of price" not in told(state, parameters=price(high=1.45))


def test_parameters_that_come_and_go_need_the_service_first() -> None:
    said = told(parameters={"extra": {**SETTINGS["parameters"]["price"]}})
    assert "extra is new: the service must know it first" in said
    old, new = configuration(parameters={"extra": {**SETTINGS["parameters"]["price"]}}), configuration()
    assert "extra is gone" in "\n".join(consequences(old, new, State(), NOW))


def test_other_weights_deal_units_anew() -> None:
    weights = {"weights": {"canary": 0.3, "baseline": 0.3, "control": 0.4}}
    assert "units are dealt into new arms" in told(canary=weights)


def test_another_schedule_says_when_it_is_next() -> None:
    assert told(schedule={"cycle": "daily 03:00"}) == "cycle: daily 03:00, next at Tue 1970-01-13 03:00 UTC"
    assert told(schedule={"analysis_window": 90}) == ""


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"canary": {"alpha": 0.01}}, "the canary of cycle 1 will be aborted: the configuration by which"),
        ({"canary": {"duration": 120}}, "the canary of cycle 1 keeps the length, steps and weights"),
        ({"parameters": price(high=1.05)}, "the canary of cycle 1 will be aborted: its values are not allowed"),
        ({"measure": {"window": 12}}, ""),
    ],
)
def test_a_canary_under_way_goes_on_only_when_it_is_judged_as_before(
    tmp_path: Path, sections: dict[str, Any], said: str
) -> None:
    for world in worlds(tmp_path):
        world.request(price=1.1)
        state = world.to_canary(world.controller())
        found = told(state, **sections)
        assert said in found
        assert bool(found) == bool(said)
