"""What another configuration may change, and what it means for a canary under way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from controller.autopilot import JUDGED_OTHERWISE
from controller.config.digest import judging
from controller.journal import event as ev
from controller.journal.event import Payload
from controller.reload import news, refusal
from tests.controller.world import World, configuration, worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a world of this test's own."""
    yield from worlds(tmp_path)


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"prometheus": {"scrape_interval": 2}}, "prometheus.scrape_interval: 1 -> 2: this cannot change while"),
        ({"prometheus": {"timeout": 2}}, None),
        ({"canary": {"alpha": 0.01}}, None),
        ({}, None),
    ],
)
def test_only_what_everything_rests_on_is_fixed(sections: dict[str, Any], said: str | None) -> None:
    found = refusal(configuration(), configuration(**sections))
    assert (found is None) is (said is None)
    assert said is None or said in str(found)


@pytest.mark.parametrize(
    ("sections", "ends"),
    [
        ({"canary": {"alpha": 0.01}}, True),
        ({"kpis": {"guardrails": []}}, True),
        ({"prometheus": {"selector": {"job": "shop"}}}, True),
        ({"canary": {"look_every": 4}}, False),
        ({"measure": {"window": 30}}, False),
    ],
)
def test_a_canary_goes_on_unless_what_judges_it_changes(world: World, sections: dict[str, Any], *, ends: bool) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    changed = configuration(**sections)
    found = news(world.config, changed)
    assert bool(found.ends_canary) is ends
    autopilot.reconfigure(changed, autopilot.ports, found)
    autopilot.step(world.now)
    assert world.events(ev.ConfigLoaded)[-1].changes == found.changes
    assert (world.live.require().canary is None) is ends
    if ends:
        (end,) = world.events(ev.CycleEnded)
        assert (end.outcome, end.reason) == ("aborted", found.ends_canary)
    else:
        assert autopilot.state.phase == "canary"


@pytest.mark.parametrize(
    ("sections", "ends"),
    [
        ({"canary": {"alpha": 0.01}}, True),
        ({"prometheus": {"scrape_interval": 2}}, True),
        ({"canary": {"look_every": 4}}, False),
        ({}, False),
    ],
)
def test_a_restart_ends_the_canaries_that_a_reload_ends(world: World, sections: dict[str, Any], *, ends: bool) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    autopilot.stop(world.now)
    world.config = configuration(**sections)
    later = world.controller()
    assert (world.live.require().canary is None) is ends
    assert [(end.outcome, end.reason) for end in world.events(ev.CycleEnded)] == [("aborted", JUDGED_OTHERWISE)] * ends
    assert later.state.judging_digest == judging(world.config)
    assert len(world.events(ev.ConfigLoaded)) == 1 + bool(sections)


def test_a_kill_between_the_end_of_a_canary_and_the_new_configuration_does_not_bring_it_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    changed = configuration(canary={"alpha": 0.01})
    autopilot.reconfigure(changed, autopilot.ports, news(world.config, changed))
    append = autopilot.journal.append

    def killed(payload: Payload, **given: Any) -> ev.Event:
        if isinstance(payload, ev.ConfigLoaded):
            raise KeyboardInterrupt
        return append(payload, **given)

    with monkeypatch.context() as patch:
        patch.setattr(autopilot.journal, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            autopilot.step(world.now)
    world.config = changed
    world.controller()
    assert world.live.require().canary is None
    assert [end.outcome for end in world.events(ev.CycleEnded)] == ["aborted"]


def test_a_journal_that_does_not_know_what_judged_its_canary_lets_it_go_on(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.journal.submit(ev.ConfigLoaded(digest="of an earlier build"), at=world.now, actor="autopilot")
    world.config = configuration(canary={"alpha": 0.01})
    later = world.controller()
    assert later.state.phase == "canary"
    assert later.state.judging_digest == judging(world.config)


def test_between_cycles_nothing_is_aborted(world: World) -> None:
    autopilot = world.controller()
    changed = configuration(canary={"alpha": 0.01})
    autopilot.reconfigure(changed, autopilot.ports, news(world.config, changed))
    autopilot.step(world.now)
    autopilot.step(world.now)
    assert world.events(ev.CycleEnded) == []
    assert len(world.events(ev.ConfigLoaded)) == 2


def test_values_of_a_canary_that_are_not_allowed_any_more_abort_it(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    price = {"low": 0.5, "high": 1.1, "default": 1.0, "step": 0.1, "prior": {"effect": 0.02, "sd": 0.04}}
    changed = configuration(parameters={"price": price})
    world.live.specs, world.live.text = changed.specs, None  # no document of the old bounds can be read any more
    autopilot.reconfigure(changed, autopilot.ports, news(world.config, changed))
    autopilot.step(world.now)
    assert world.events(ev.CycleEnded)[0].outcome == "aborted"
    assert world.live.require().canary is None
