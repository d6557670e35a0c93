"""`vvtvctl autopilot emergency-pause|rollback|force-deploy|run-once|bounds adjust` and `vvtvctl why`."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from controller.adapters.clock import Clock
from controller.emergency.file import is_uniform, read
from controller.journal import event as ev
from controller.journal.store import Journal
from exporter.parameters import LiveParameters
from tests.controller.cli.terminal import Terminal
from tests.controller.running import place, quick, running, wait_for

WHY = ("--reason", "a [/] test", "--yes")


@pytest.fixture
def idle(terminal: Terminal) -> Terminal:
    """Return a terminal on a stack in which a controller has run."""
    with running(quick(), place(terminal.state)):
        pass
    return terminal


def _events(terminal: Terminal) -> list[ev.Payload]:
    with Journal(place(terminal.state).journal, "reader") as journal:
        return [event.payload for event in journal.read()]


def _live(terminal: Terminal) -> LiveParameters:
    live = read(place(terminal.state).parameters)
    assert live is not None
    return live


def _with_canary(terminal: Terminal) -> None:
    live = _live(terminal)
    arms = {**live.arms, "canary": {**live.arms["canary"], "price": 1.4}}
    there = replace(live, arms=arms, canary="cycle-9", expires_at=4e9)
    place(terminal.state).parameters.write_text(json.dumps(there.document()), encoding="utf-8")


def test_an_emergency_pause_says_how_long_it_took_and_how_to_go_on(idle: Terminal) -> None:
    _with_canary(idle)
    done = idle.autopilot("emergency-pause", "--reason", "error pages")
    assert done.code == 0
    assert re.match(r"EMERGENCY PAUSE: every arm on control values after \d+\.\d", done.out)
    assert "cycle-9 has lost its own" in done.out
    assert done.out.endswith(
        '  reason: error pages\nnothing starts until somebody gives `vvtvctl autopilot resume --reason "..."`\n'
    )
    assert is_uniform(_live(idle))
    told = idle.autopilot("emergency-pause", "--json").json()
    assert (told["emergency"], told["not_done"]) == (True, [])
    refused = idle.autopilot("run-once", *WHY)
    assert refused.code == 4
    assert "emergency pause by" in refused.error()
    assert '`vvtvctl autopilot resume --reason "..."` ends that' in refused.error()


@pytest.mark.parametrize("content", ["a: [", "service: shop\nprometeus: {}\n"])
def test_an_emergency_pause_needs_no_configuration(idle: Terminal, content: str) -> None:
    _with_canary(idle)
    idle.config.write_text(content, encoding="utf-8")
    done = idle.autopilot("emergency-pause", "--reason", "fire")
    assert done.code == 0
    assert "NOT done: the live file was held as it stands, not held against the journal: " in done.out
    assert is_uniform(_live(idle))


def test_an_emergency_pause_that_is_not_in_the_journal_says_so_and_fails(idle: Terminal) -> None:
    _with_canary(idle)
    for path in place(idle.state).state.glob("journal.db*"):
        path.write_bytes(b"no journal at all" * 300)
    done = idle.autopilot("emergency-pause", "--reason", "fire")
    assert done.code == 5
    assert "done: " in done.out
    assert "NOT done: it does not stand in the journal: " in done.out
    assert is_uniform(_live(idle))


def test_a_forced_deployment_comes_into_force_without_a_canary(idle: Terminal) -> None:
    done = idle.autopilot("force-deploy", "--set", "price=1.3", *WHY)
    assert done.code == 0
    assert done.out.startswith("in force in every arm, without a canary: batch=5, price=1.3 (version ")
    assert {arm["price"] for arm in _live(idle).arms.values()} == {1.3}
    again = idle.autopilot("force-deploy", "--set", "price=1.3", *WHY)
    assert (again.code, again.error()) == (4, "those values are in force already")
    for pair, said in (
        ("price=9", "outside hard bounds"),
        ("prise=1", "did you mean 'price'"),
        ("price", "name=value"),
    ):
        wrong = idle.autopilot("force-deploy", "--set", pair, "--force", *WHY)
        assert wrong.code == 2
        assert said in wrong.error()
    twice = idle.autopilot("force-deploy", "--set", "price=1.1", "--set", "price=1.2", *WHY)
    assert "is given a value twice" in twice.error()


def test_an_emergency_rollback_stops_everything_first_and_then_goes_back(idle: Terminal) -> None:
    first = idle.autopilot("history", "--json").json()["entries"][0]["version"]
    idle.autopilot("force-deploy", "--set", "price=1.3", *WHY)
    _with_canary(idle)
    done = idle.autopilot("rollback", first[:8], "--emergency", *WHY)
    assert done.code == 0
    assert done.out.index("EMERGENCY PAUSE") < done.out.index("in force in every arm: batch=5, price=1 ")
    kinds = [payload.kind for payload in _events(idle)]
    assert kinds.index("emergency_pause_requested") < kinds.index("rollback_requested") < kinds.index("rolled_back")
    assert next(p for p in _events(idle) if isinstance(p, ev.RollbackRequested)).force
    assert _live(idle).arms["canary"]["price"] == 1.0
    assert "the emergency pause stays" in done.out


def test_a_forced_cycle_says_in_the_journal_who_went_past_the_golden_cases(idle: Terminal) -> None:
    assert idle.autopilot("run-once", "--force", "--set", "price=1.2", *WHY).code == 7
    started = next(payload for payload in _events(idle) if isinstance(payload, ev.CycleStarted))
    assert started.bypass.endswith(": a [/] test")


def test_a_reason_neither_breaks_lines_nor_steers_a_terminal(idle: Terminal) -> None:
    done = idle.autopilot("force-deploy", "--set", "price=1.3", "--reason", "one\n \x1b[31mtwo", "--yes")
    assert done.out.endswith(": one \\x1b[31mtwo)\n")
    idle.autopilot("pause", "--reason", "one\n\x1b[31mtwo")
    for words in (("history",), ("history", "show", "live"), ("status",), ("schedule",)):
        assert "\x1b" not in idle.autopilot(*words).out


def test_rollback_to_what_was_in_force_before(idle: Terminal) -> None:
    nothing = idle.autopilot("rollback", "previous", *WHY)
    assert (nothing.code, "no other version was in force" in nothing.error()) == (2, True)
    idle.autopilot("force-deploy", "--set", "price=1.3", *WHY)
    assert idle.autopilot("rollback", "previous", *WHY).code == 0
    assert {arm["price"] for arm in _live(idle).arms.values()} == {1.0}


def test_bounds_are_adjusted_and_reset(idle: Terminal) -> None:
    waiting = idle.autopilot("bounds", "adjust", "price", "--low", "0.7", *WHY)
    assert waiting.code == 0
    assert "from 0.5 .. 1.5 to 0.7 .. 1.5; they slide on from there, once a controller runs" in waiting.out
    with running(quick(), place(idle.state)):
        done = idle.autopilot("bounds", "adjust", "price", "--low", "0.6", "--high", "1.4", "--json", *WHY)
        assert (done.code, done.json()["done"]) == (0, True)
        price = next(item for item in idle.autopilot("bounds", "show", "--json").json() if item["parameter"] == "price")
        assert price["sliding"] == {"low": 0.6, "high": 1.4}
        assert idle.autopilot("bounds", "adjust", "price", "--reset", *WHY).code == 0
    price = next(item for item in idle.autopilot("bounds", "show", "--json").json() if item["parameter"] == "price")
    assert price["sliding"] == {"low": 0.5, "high": 1.5}
    for words, said in (
        ((), "give --low, --high or both, or --reset alone"),
        (("--reset", "--low", "0.7"), "give --low, --high or both, or --reset alone"),
        (("--low", "nan"), "must be finite and ascending"),
        (("--low", "0.1"), "is not inside the hard bounds"),
    ):
        wrong = idle.autopilot("bounds", "adjust", "price", *words, *WHY)
        assert wrong.code == 2
        assert said in wrong.error()


def test_bounds_that_wait_come_before_a_rollback_and_may_refuse_it(idle: Terminal) -> None:
    idle.autopilot("force-deploy", "--set", "price=1.3", *WHY)
    there = _live(idle).version
    idle.autopilot("force-deploy", "--set", "price=1", *WHY)
    idle.autopilot("bounds", "adjust", "price", "--high", "1.2", *WHY)
    first = "; the sliding bounds that wait come into force before it: price 0.5 .. 1.2 (by "
    for words in (WHY, ("--reason", "x", "--dry-run")):
        refused = idle.autopilot("rollback", there, *words)
        assert refused.code == 4
        assert f"price: 1.3 is outside the sliding bounds [0.5, 1.2]; --force goes beyond sliding bounds{first}" in (
            refused.error()
        )
    assert _live(idle).arms["control"]["price"] == 1
    assert first in idle.autopilot("rollback", there, "--reason", "x", "--force", "--dry-run").out
    assert idle.autopilot("rollback", there, "--force", *WHY).code == 0
    kinds = [payload.kind for payload in _events(idle)]
    assert kinds.index("bounds_adjusted") < kinds.index("rolled_back")


@pytest.mark.parametrize(
    "words",
    [
        ("bounds", "adjust", "batch", "--low", "2.5"),
        ("override-bounds", "batch", "--low", "2.5", "--high", "8", "--for", "2h"),
    ],
)
def test_bounds_of_whole_numbers_are_whole(idle: Terminal, words: tuple[str, ...]) -> None:
    wrong = idle.autopilot(*words, *WHY)
    assert wrong.code == 2
    assert wrong.error() == (
        "batch: 2.5 cannot bound a parameter of kind int, whose values are whole numbers: write 2 or 3"
    )


def test_a_pause_ends_by_itself_when_its_time_is_over(idle: Terminal) -> None:
    paused = idle.autopilot("pause", "--for", "300ms", "--reason", "a moment", "--json").json()
    assert paused["until"] > 0
    with running(quick(), place(idle.state)) as found:
        wait_for(lambda: found.process.autopilot.state.paused is None)
    assert any(isinstance(payload, ev.PauseEnded) for payload in _events(idle))
    for wrong in ("0s", "soon", "-2h", "nan", "9999d"):
        assert idle.autopilot("pause", "--for", wrong, "--reason", "x").code == 2


def test_a_pause_whose_time_is_over_keeps_nobody_from_a_cycle_though_no_controller_has_ended_it(idle: Terminal) -> None:
    until = idle.autopilot("pause", "--for", "1ms", "--reason", "a moment", "--json").json()["until"]
    wait_for(lambda: Clock().now() > until)
    assert "(its time is over)" in " ".join(idle.autopilot("status").out.split())
    assert idle.autopilot("status", "--json").json()["next_cycle"]["held_by"] is None
    assert "No cycle starts" not in idle.autopilot("schedule").out
    ran = idle.autopilot("run-once", "--set", "price=1.2", *WHY)
    assert ran.code == 7  # not promoted: there is no Prometheus
    kinds = [payload.kind for payload in _events(idle)]
    assert kinds.index("pause_ended") < kinds.index("cycle_started")


def test_why_tells_the_chain_for_people_and_programs(idle: Terminal) -> None:
    idle.autopilot("force-deploy", "--set", "price=1.3", *WHY)
    told = idle.run("why", "price", *idle.place)
    assert told.code == 0
    assert "deployed without a canary by" in told.out
    assert "why: a [/] test" in told.out
    shown = idle.run("why", "price", "--depth", "1", "--json", *idle.place).json()
    assert (shown["value"], len(shown["chain"]), shown["links"]) == (1.3, 1, 2)
    before = idle.run("why", "price", "--at", "7d", *idle.place)
    assert before.code == 2
    assert "--at '7d': the journal has no value of price at that time" in before.error()
    assert idle.run("why", "prise", *idle.place).code == 2
    assert "is not over yet" in idle.run("why", "price", "--at", "2999-01-01", *idle.place).error()
