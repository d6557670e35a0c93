"""A parameter that is a choice goes through a whole cycle: forced, canaried, promoted, learnt from, conformed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from controller.cycle.live import conformed
from controller.journal import event as ev
from tests.controller.config.test_choices import MODE
from tests.controller.world import BAD, SETTINGS, World, configuration, worlds


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path, parameters={"mode": MODE})


def test_a_forced_choice_is_canaried_promoted_and_learnt_from(shop: World) -> None:
    autopilot = shop.controller()
    shop.request(mode="bold")
    shop.to_canary(autopilot, seconds=6)
    arms = shop.live.require().arms
    assert (arms["canary"]["mode"], arms["control"]["mode"]) == ("bold", "calm")
    assert shop.to_end(autopilot).outcome == "promoted"
    assert autopilot.state.values == {"price": 1.0, "batch": 5, "mode": "bold"}
    assert shop.events(ev.Proposed)[0].rationale == "forced by an operator: mode calm -> bold"
    (trial,) = autopilot.state.trials
    assert (trial.base["mode"], trial.tried["mode"], trial.outcome) == ("calm", "bold", "promoted")
    assert trial.effects["conversion"].effect == pytest.approx(0.05, abs=0.01)
    assert shop.gate.asked[0]["mode"] == "bold"


def test_a_bad_choice_is_rolled_back(shop: World) -> None:
    shop.evidence.effects = dict(BAD)
    autopilot = shop.controller()
    shop.request(mode="bold")
    assert shop.to_end(autopilot).outcome == "rolled_back"
    assert autopilot.state.values["mode"] == "calm"


def test_a_choice_that_is_none_is_refused(shop: World) -> None:
    autopilot = shop.controller()
    shop.request(mode="loud")
    end = shop.to_end(autopilot)
    assert (end.outcome, "'loud' is none of calm, bold" in end.reason) == ("refused", True)


def test_a_restart_knows_the_choice_from_the_journal(shop: World) -> None:
    autopilot = shop.controller()
    shop.request(mode="bold")
    shop.to_end(autopilot)
    assert shop.controller().state.values["mode"] == "bold"


@pytest.mark.parametrize(
    ("values", "mode"),
    [({"mode": "bold"}, "bold"), ({"mode": "gone"}, "calm"), ({"mode": 1.0}, "calm"), ({}, "calm")],
)
def test_a_choice_that_is_gone_falls_back_to_the_default(values: dict[str, Any], mode: str) -> None:
    config = configuration(parameters={"mode": MODE})
    assert conformed(config, {"price": 9.0, "batch": 3, **values}) == {"price": 1.5, "batch": 3, "mode": mode}


def test_a_number_that_was_a_choice_takes_its_default() -> None:
    assert SETTINGS["parameters"]["price"]["default"] == 1.0
    assert conformed(configuration(), {"price": "bold", "batch": 3}) == {"price": 1.0, "batch": 3}
