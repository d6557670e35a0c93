"""`vvtvctl canary status`: for people, for programs, and while it goes on."""

from __future__ import annotations

import json
import threading

import pytest

from controller.cli.chart import LEGEND
from controller.journal import event as ev
from tests.controller.cli.canary.stage import at_terminal, canary
from tests.controller.cli.terminal import Terminal
from tests.controller.running import place, quick, running, wait_for


def test_without_any_canary(terminal: Terminal) -> None:
    assert terminal.run("canary", "status", *terminal.place).code == 2
    with running(quick(), place(terminal.state)):
        pass
    for more in ((), ("--watch",)):
        result = terminal.run("canary", "status", *more, *terminal.place)
        assert (result.code, "no canary has run yet" in result.out) == (0, not more)
    assert terminal.run("canary", "status", "--json", *terminal.place).json() is None


def test_a_canary_is_shown_with_its_numbers_and_a_chart_for_each_kpi(terminal: Terminal) -> None:
    with canary(terminal) as (world, _):
        result = terminal.run("canary", "status", *terminal.place)
        assert result.code == 0
        for said in ("Canary cycle-1: running", "price 1 -> 1.2", "canary 0.2, baseline 0.2, control 0.6", "of 1 min,"):
            assert said in result.out
        assert result.out.count(LEGEND) == 2
        shown = terminal.run("canary", "status", "--json", *terminal.place).json()
        assert (shown["id"], shown["state"], shown["looks"]) == ("cycle-1", "running", 2)
        assert len(shown["series"]["latency"]) == 2
        again = terminal.autopilot("canary-status", "--json").json()
        assert again.pop("exposed_seconds") >= shown.pop("exposed_seconds")  # time goes on between the two
        assert again == shown
        world.submit(ev.AlertResolved(fingerprint="x", alert="[/red]", source="y"))
        assert terminal.run("canary", "status", *terminal.place).code == 0


def test_a_canary_that_waits_for_a_word_says_how_to_give_it(terminal: Terminal) -> None:
    with canary(terminal, waiting=True):
        result = terminal.run("canary", "status", *terminal.place)
        assert "Canary cycle-1: awaiting" in result.out
        assert "`vvtvctl canary approve` or `reject` until" in result.out


@pytest.mark.parametrize(
    ("interval", "said"),
    [("0s", "write a time above 0"), ("soon", "write a time above 0"), ("-1", "write a time above 0"), ("5", "5s, 5m")],
)
def test_an_interval_that_is_none_is_refused(terminal: Terminal, interval: str, said: str) -> None:
    with canary(terminal):
        result = terminal.run("canary", "status", "--interval", interval, *terminal.place)
        assert (result.code, said in result.error()) == (2, True)


def test_watching_where_there_is_no_terminal_prints_every_new_look_and_ends_with_the_canary(terminal: Terminal) -> None:
    with canary(terminal) as (world, autopilot):
        world.drive(autopilot, lambda s: bool(s.cycle and s.cycle.canary and s.cycle.canary.looks == 3))
        world.submit(ev.CanaryRejected(canary="cycle-1", reason="ugly"))
        world.step(autopilot)
        result = terminal.run("canary", "status", "--watch", "--interval", "100ms", *terminal.place)
        lines = result.out.splitlines()
        assert result.code == 0
        assert "canary begins: 60 points planned" in lines[0]
        assert [line.split(": ")[0][9:] for line in lines if " look " in line[:14]] == ["look 1", "look 2", "look 3"]
        assert "decided: rollback: rejected by ann: ugly" in lines[-1]
        as_json = terminal.run("canary", "status", "--watch", "--json", *terminal.place).out.splitlines()
        assert [json.loads(line)["look"] for line in as_json] == [1, 2, 3]


def test_watching_follows_a_canary_that_goes_on(terminal: Terminal) -> None:
    with canary(terminal) as (world, _):
        results: list[tuple[int, str]] = []

        def watch() -> None:
            done = terminal.program("canary", "status", "--watch", "--interval", "100ms", *terminal.place)
            results.append((done.code, done.out))

        watching = threading.Thread(target=watch)
        watching.start()
        world.submit(ev.CanaryAborted(canary="cycle-1", reason="wrong build"))
        autopilot = world.controller()
        wait_for(lambda: autopilot.step(world.now) or autopilot.state.cycle is None)
        watching.join()
        ((code, out),) = results
        assert code == 0
        assert out.splitlines()[-1].endswith("cycle 1 ended: aborted: aborted by ann: wrong build")


def test_at_a_terminal_the_page_is_drawn_in_colours_and_ctrl_c_ends_it(terminal: Terminal) -> None:
    with canary(terminal):
        code, shown = at_terminal(
            "canary",
            "status",
            "--watch",
            "--interval",
            "100ms",
            *terminal.place,
            interrupt_at="Canary cycle-1: running",
        )
        assert code == 130
        assert "\x1b[" in shown
        code, shown = at_terminal("canary", "status", *terminal.place)
        assert code == 0
        assert "\x1b[31mx" in shown  # a boundary is red
        plain = terminal.run("canary", "status", *terminal.place).out
        assert "\x1b" not in plain
