"""The chain of decisions about a parameter, from a journal that a real controller wrote."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.journal import event as ev
from controller.journal.event import Event
from controller.why.chain import chain, newest
from controller.why.document import document
from controller.why.link import Link, Room
from controller.why.story import story
from tests.controller.running import strict_json
from tests.controller.world import BAD, GOOD, World, worlds

BEGIN = Room(0.5, 1.5)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path)


@pytest.fixture
def past(world: World) -> World:
    """Return a world with a promotion, a canary that was rolled back, and four requests of an operator."""
    autopilot = world.controller()
    world.submit(ev.CycleRequested(reason="the team's wish", force=True, forced={"price": 1.1}))
    assert world.to_end(autopilot).outcome == "promoted"
    world.evidence.effects = dict(BAD)
    world.request(price=1.2)
    assert world.to_end(autopilot).outcome == "rolled_back"
    world.evidence.effects = dict(GOOD)
    for payload in (
        ev.DeployRequested(values={"price": 9.0}, reason="typo"),
        ev.DeployRequested(values={"batch": 7}, reason="another parameter"),
        ev.BoundsAdjustRequested(parameter="price", low=0.6, high=1.4, reason="room"),
        ev.RollbackRequested(version="f" * 64, values={"price": 1.0}, reason="complaints"),
        ev.DeployRequested(values={"price": 1.5}, reason="sale \x1b[31m", force=True),
    ):
        world.submit(payload)
        world.let_pass(autopilot, 3)
    return world


def _told(links: tuple[Link, ...], depth: int = 9) -> str:
    return "\n".join(story("price", links, depth))


def test_every_value_is_told_with_who_put_it_there_newest_first(past: World) -> None:
    links = chain(past.read(), "price", BEGIN)
    assert [(link.how, link.old, link.new, link.actor) for link in links] == [
        ("deployed", 1.0, 1.5, "ann"),
        ("rolled_back", 1.1, 1.0, "ann"),
        ("promoted", 1.0, 1.1, "autopilot"),
        ("adopted", None, 1.0, "autopilot"),
    ]
    assert (links[0].forced, links[0].golden, links[1].forced) == (True, "not asked: forced", False)
    assert links[0].room == Room(0.6, 1.4)
    assert links[2].room == BEGIN
    assert links[0].new == past.state().values["price"]
    assert links[0].version == past.state().version


def test_a_promotion_carries_its_cycle_with_prediction_verdict_and_what_was_measured(past: World) -> None:
    attempt = chain(past.read(), "price", BEGIN)[2].attempt
    assert attempt is not None
    assert (attempt.cycle, attempt.trigger, attempt.verdict, attempt.outcome) == (1, "operator", "proceed", "promoted")
    assert attempt.golden is not None
    assert attempt.golden.bypassed == "by ann: the team's wish"
    conversion = next(item for item in attempt.evidence if item.kpi == "conversion")
    assert conversion.look is not None
    assert conversion.measured is not None
    assert conversion.measured.measured == pytest.approx(0.05, abs=0.01)


def test_what_was_tried_or_wanted_since_in_vain_stands_with_the_value_that_stayed(past: World) -> None:
    promoted = chain(past.read(), "price", BEGIN)[2]
    (tried,) = promoted.tried
    assert (tried.cycle, tried.old, tried.new, tried.outcome) == (2, 1.1, 1.2, "rolled_back")
    (refused,) = promoted.refused
    assert (refused.what, refused.actor, refused.new) == ("deployment of price = 9", "ann", 9.0)
    assert [payload.adjustment for _, payload in promoted.bounds] == ["adjusted"]


def test_the_story_reads_and_what_others_wrote_cannot_steer_a_terminal(past: World) -> None:
    told = _told(chain(past.read(), "price", BEGIN))
    assert told.splitlines()[0].startswith("price is 1.5 since ")
    for said in (
        "deployed without a canary by ann",
        "FORCED by ann",
        "golden cases: BYPASSED by ann: the team's wish",
        "cycle 2 tried 1.2 in vain: rolled_back: ",
        "REFUSED: deployment of price = 9, wanted by ann: parameter price: 9.0 is outside hard bounds",
        "bounds adjusted to 0.6 .. 1.4: wanted by ann: room",
        "adopted from the defaults",
    ):
        assert said in told
    assert "\x1b" not in told
    short = list(story("price", chain(past.read(), "price", BEGIN), 1))
    assert short[-1].startswith("3 older values, back to ")


def test_json_is_json_and_has_it_all(past: World) -> None:
    links = chain(past.read(), "price", BEGIN)
    shown = strict_json(json.dumps(document("price", links, past.now, 2)))
    assert (shown["value"], shown["links"], len(shown["chain"])) == (1.5, 4, 2)
    all_ = strict_json(json.dumps(document("price", links, past.now, 9)))["chain"]
    assert all_[2]["attempt"]["golden"]["bypassed"] == "by ann: the team's wish"
    assert all_[2]["tried_since"][0]["outcome"] == "rolled_back"


def test_another_parameter_has_a_chain_of_its_own(past: World) -> None:
    links = chain(past.read(), "batch", Room(1, 9))
    assert [(link.how, link.new) for link in links] == [("deployed", 7), ("adopted", 5)]
    assert not links[1].tried
    assert not chain(past.read(), "prise", None)
    assert not chain((), "price", BEGIN)


def test_as_it_was_then_knows_nothing_of_what_came_later(past: World) -> None:
    events = past.read()
    promoted = next(event for event in events if isinstance(event.payload, ev.Applied))
    links = chain((event for event in events if event.seq <= promoted.seq), "price", BEGIN)
    assert [link.how for link in links] == ["promoted", "adopted"]
    assert links[0].attempt is not None
    assert links[0].attempt.outcome == ""


def test_a_cycle_under_way_is_told_as_such_with_orders_and_an_override(world: World) -> None:
    autopilot = world.controller()
    world.submit(
        ev.BoundsOverrideRequested(parameter="price", low=0.9, high=1.2, until=world.now + 9e4, reason="release")
    )
    world.request(price=1.1)
    world.to_canary(autopilot, seconds=12)
    world.submit(ev.CanaryApproved(canary="cycle-1", reason="we need it"))
    links = chain(world.read(), "price", BEGIN)
    assert "cycle 1 tries 1.1; it is under way" in _told(links)
    assert "ordered by ann: approve: we need it" in _told(links)
    world.to_end(autopilot)
    (newest, _) = chain(world.read(), "price", BEGIN)
    assert newest.room is not None
    assert (newest.room.low, newest.room.high) == (0.9, 1.2)
    assert "by ann: release" in newest.room.override
    assert "(override until " in _told((newest,))


@pytest.mark.parametrize("depth", [1, 2, 3, 99])
def test_few_looks_are_enough_for_the_newest_links(past: World, depth: int) -> None:
    asked: list[float] = []
    whole = tuple(event.model_copy(update={"at": event.at + event.seq / 1000}) for event in past.read())

    def read(looks_from: float) -> tuple[Event, ...]:
        asked.append(looks_from)
        return tuple(e for e in whole if not isinstance(e.payload, ev.CanaryLooked) or e.at >= looks_from)

    wanted = chain(whole, "price", BEGIN)
    found = newest(read, "price", BEGIN, depth)
    assert repr(found[:depth]) == repr(wanted[:depth])
    assert [link.at for link in found] == [link.at for link in wanted]
    assert document("price", found, 0.0, depth) == document("price", wanted, 0.0, depth)
    assert _told(found, depth) == _told(wanted, depth)
    assert asked[0] == math.inf
    assert asked[1] <= wanted[min(depth, len(wanted)) - 1].at


def test_a_parameter_that_nobody_knows_is_read_once() -> None:
    assert newest(lambda _looks_from: (), "price", BEGIN, 3) == ()
