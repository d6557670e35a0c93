"""`vvtvctl canary pause|resume|approve|reject|abort`."""

from __future__ import annotations

from typing import Any

import pytest

from controller.journal import event as ev
from tests.controller.cli.canary.stage import at_terminal, canary
from tests.controller.cli.terminal import Terminal
from tests.controller.running import place, quick, running, wait_for

ORDERS: dict[str, tuple[type[Any], str, str]] = {
    "approve": (ev.CanaryApproved, "promote price 1 -> 1.2 to every arm", "promoted"),
    "reject": (ev.CanaryRejected, "end it as a rollback and keep price = 1 in every arm", "rolled_back"),
    "abort": (ev.CanaryAborted, "end the cycle without a judgement and keep price = 1 in every arm", "aborted"),
}
WHY = ("--reason", "we know [/] better")


@pytest.mark.parametrize("command", ORDERS)
def test_a_dry_run_says_what_would_happen_and_does_nothing(terminal: Terminal, command: str) -> None:
    with canary(terminal) as (world, _):
        before = len(world.read())
        result = terminal.run("canary", command, *WHY, "--dry-run", *terminal.place)
        assert (result.code, result.out) == (0, f"would {ORDERS[command][1]}; nothing was done\n")
        shown = terminal.run("canary", command, "1", *WHY, "--dry-run", "--json", *terminal.place).json()
        assert shown == {"order": command, "canary": "cycle-1", "effect": ORDERS[command][1], "dry_run": True}
        assert len(world.read()) == before


@pytest.mark.parametrize("command", ORDERS)
def test_without_a_terminal_an_order_must_be_confirmed_by_an_option(terminal: Terminal, command: str) -> None:
    with canary(terminal) as (world, _):
        before = len(world.read())
        result = terminal.run("canary", command, *WHY, *terminal.place)
        assert result.code == 2
        assert "give --yes" in result.error()
        assert len(world.read()) == before


@pytest.mark.parametrize("command", ORDERS)
def test_an_order_without_a_controller_stands_in_the_journal_and_is_served_when_one_starts(
    terminal: Terminal, command: str
) -> None:
    kind, effect, outcome = ORDERS[command]
    with canary(terminal) as (world, _):
        result = terminal.run("canary", command, "cycle-1", *WHY, "--yes", *terminal.place)
        assert result.code == 0
        assert effect in result.out
        assert "it takes effect when one starts" in result.out
        (order,) = world.events(kind)
        assert getattr(order, "reason", "") == WHY[1]
        with running(quick(), place(terminal.state)):
            wait_for(lambda: world.events(ev.Decided) or world.events(ev.CycleEnded))
        if command == "abort":
            assert world.events(ev.CycleEnded)[0].outcome == outcome
        else:
            assert WHY[1] in world.events(ev.Decided)[0].reasons[0]
            wait_for(
                lambda: world.state().cycle is None or world.state().phase in ("measuring", "applying", "learning")
            )


@pytest.mark.parametrize("command", ORDERS)
def test_a_running_controller_carries_an_order_out_before_the_command_ends(terminal: Terminal, command: str) -> None:
    with canary(terminal, waiting=True) as (world, _), running(quick(), place(terminal.state)):
        shown = terminal.run("canary", command, *WHY, "--yes", "--json", *terminal.place)
        assert shown.code == 0
        assert shown.json()["done"] is True
        answered = [getattr(event.payload, "request", None) for event in world.read()]
        assert shown.json()["event"] in answered
        if command == "approve":
            wait_for(lambda: world.events(ev.Applied))
            assert world.events(ev.Applied)[0].values["price"] == 1.2


def test_an_approval_needs_a_reason_and_no_incident(terminal: Terminal) -> None:
    with canary(terminal) as (world, _):
        result = terminal.run("canary", "approve", "--yes", *terminal.place)
        assert (result.code, "Missing option '--reason'" in result.err) == (2, True)
        world.fire()
        refused = terminal.run("canary", "approve", *WHY, "--yes", *terminal.place)
        assert refused.code == 4
        assert "Down fires: nothing is promoted during an incident, unless it is forced (--force)" in refused.error()
        assert not world.events(ev.CanaryApproved)
        assert terminal.run("canary", "approve", *WHY, "--yes", "--force", *terminal.place).code == 0
        assert world.events(ev.CanaryApproved)[0].force


@pytest.mark.parametrize("command", ORDERS)
def test_without_a_canary_the_message_says_what_is_under_way(terminal: Terminal, command: str) -> None:
    assert terminal.run("canary", command, *WHY, "--yes", *terminal.place).code == 2  # no controller has run here
    with running(quick(), place(terminal.state)):
        pass
    result = terminal.run("canary", command, *WHY, "--yes", *terminal.place)
    assert result.code == 4
    assert result.error() == "no canary is under way: the autopilot is idle; no cycle has run yet"
    named = terminal.run("canary", command, "7", *WHY, "--dry-run", *terminal.place)
    assert (named.code, named.error().split(":")[0]) == (4, "canary cycle-7 is not under way")


def test_another_canary_than_the_one_under_way_is_refused(terminal: Terminal) -> None:
    with canary(terminal):
        result = terminal.run("canary", "reject", "cycle-7", *WHY, "--yes", *terminal.place)
        assert result.code == 4
        assert "canary cycle-7 is not under way: cycle 1 is at its step 'canary' with canary cycle-1" in result.error()


def test_a_canary_that_is_decided_is_refused(terminal: Terminal) -> None:
    with canary(terminal) as (world, autopilot):
        world.submit(ev.CanaryRejected(canary="cycle-1", reason="ugly"))
        world.step(autopilot)
        result = terminal.run("canary", "approve", *WHY, "--yes", *terminal.place)
        assert (result.code, "is decided already: rollback" in result.error()) == (4, True)


def test_pause_and_resume_are_the_autopilots(terminal: Terminal) -> None:
    with canary(terminal) as (world, autopilot):
        assert terminal.run("canary", "pause", *WHY, *terminal.place).out.startswith("paused (event ")
        assert WHY[1] in (world.state().paused or "")
        resumed = terminal.run("canary", "resume", *WHY, "--yes", "--json", *terminal.place).json()
        assert (resumed["paused"], world.state().paused) == (False, None)
        del autopilot


@pytest.mark.parametrize(("typed", "code", "orders"), [("y\n", 0, 1), ("n\n", 1, 0), ("", 130, 0)])
def test_at_a_terminal_the_person_is_asked(terminal: Terminal, typed: str, code: int, orders: int) -> None:
    with canary(terminal) as (world, _):
        interrupt_at = "" if typed else "Go on?"
        ended, shown = at_terminal("canary", "reject", *WHY, *terminal.place, typed=typed, interrupt_at=interrupt_at)
        assert "This will end it as a rollback and keep price = 1 in every arm. Go on? [y/N]" in " ".join(shown.split())
        assert (ended, len(world.events(ev.CanaryRejected))) == (code, orders)
        assert ("nothing was done" in shown) is (code == 1)
