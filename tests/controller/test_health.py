"""Alive, ready, at its best: what each is made of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from controller.health import HUNG, RECENT, Pulse, dead, patience, unready
from tests.controller.world import configuration, settings

PULSE = Pulse(beat_at=100.0)


@pytest.mark.parametrize(
    ("pulse", "now", "owner", "live", "said"),
    [
        (PULSE, 150.0, True, None, ""),
        (PULSE, 161.0, True, None, "its last step ended 61 s ago, 60 s are allowed"),
        (PULSE, 150.0, False, None, "another controller owns the journal"),
        (PULSE, 150.0, True, "live.json: missing", "live.json: missing"),
        (replace(PULSE, held="no space left"), 150.0, True, None, "held: no space left"),
        (replace(PULSE, stopping=True), 150.0, True, None, "it is stopping"),
    ],
)
def test_ready_is_owner_recent_unheld_and_in_force(
    pulse: Pulse, now: float, owner: bool, live: str | None, said: str
) -> None:
    found = unready(pulse, now, 60.0, owner=owner, live=live)
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_dead_is_much_longer_than_not_recent() -> None:
    assert dead(PULSE, 100 + HUNG * 60, 60.0) is None
    assert dead(PULSE, 101 + HUNG * 60, 60.0) == "no step has ended for 301 s (limit 300 s): restart the controller"


def test_a_step_may_take_its_queries_and_the_golden_cases_on_top() -> None:
    config = configuration(prometheus={"timeout": 5, "retries": 2})
    assert patience(config, "validating") == patience(config, "canary") == RECENT + 30
    golden = {"callable": "builtins:sorted", "cases": "cases.yaml", "timeout": 300}
    with_cases = type(config).model_validate({**settings(prometheus={"timeout": 5, "retries": 2}), "golden": golden})
    assert patience(with_cases, "validating") == RECENT + 330
    assert patience(with_cases, "canary") == RECENT + 30
