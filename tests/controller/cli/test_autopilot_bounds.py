"""`vvtvctl autopilot bounds`, for people and for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from controller.journal import event as ev
from controller.journal.store import Journal
from tests.controller.cli.terminal import Terminal
from tests.controller.running import place, quick, running, wait_for
from tests.controller.world import SETTINGS

WHY = ("--reason", "a test", "--yes")

OVERRIDE = ("bounds", "override", "price", "--low", "0.9", "--high", "1.1", "--for", "2h", "--reason", "release [day]")


@pytest.fixture
def idle(terminal: Terminal) -> Terminal:
    """Return a terminal beside a stack on which a controller has run."""
    with running(quick(), place(terminal.state)):
        pass
    return terminal


def test_show_tells_every_bound_and_what_may_be_proposed(idle: Terminal) -> None:
    result = idle.autopilot("bounds", "show")
    assert result.code == 0
    assert "Bounds of the parameters" in result.out
    batch, price = idle.autopilot("bounds", "show", "--json").json()
    assert (price["parameter"], price["value"]) == ("price", 1.0)
    assert price["hard"] == price["sliding"] == {"low": 0.5, "high": 1.5}
    assert price["allowed"] == {"low": 0.9, "high": 1.1, "low_by": "max_step", "high_by": "max_step", "reason": ""}
    assert (price["override"], price["floor"], price["max_step"], price["rollbacks"]) == (None, 0.2, 0.1, 0)
    assert (batch["value"], batch["allowed"]["low"], batch["allowed"]["high"]) == (5, 3, 7)


def test_an_override_is_recorded_with_its_actor_and_shown_until_it_is_cleared(idle: Terminal) -> None:
    done = idle.autopilot(*OVERRIDE, "--yes")
    assert done.code == 0
    assert re.match(r"done \(event \d+ by ", done.out)
    assert "bound price to [0.9, 1.1] until 20" in done.out
    shown = idle.autopilot("bounds", "show")
    assert "price: override 0.9 .. 1.1 until 20" in shown.out
    assert "release [day]" in shown.out
    found = idle.autopilot("bounds", "show", "--json").json()[1]
    assert (found["override"]["low"], found["override"]["high"], found["override"]["reason"]) == (
        0.9,
        1.1,
        "release [day]",
    )
    assert found["override"]["until"] == pytest.approx(found["override"]["at"] + 7200, abs=5)
    cleared = idle.autopilot("bounds", "clear", "price", "--reason", "out", "--yes", "--json").json()
    assert (cleared["order"], cleared["parameter"], cleared["dry_run"]) == ("bounds_override_cleared", "price", False)
    assert idle.autopilot("bounds", "show", "--json").json()[1]["override"] is None
    again = idle.autopilot("bounds", "clear", "price", "--reason", "out", "--yes")
    assert again.code == 4
    assert "no override is in force" in again.error()


def test_a_running_controller_says_in_the_journal_what_is_in_force(terminal: Terminal) -> None:
    with running(quick(), place(terminal.state)) as found:
        assert terminal.autopilot(*OVERRIDE, "--yes").code == 0
        wait_for(lambda: (r := found.process.autopilot.state.bounds.get("price")) and r.override and r.override.known)
        assert terminal.autopilot("bounds", "clear", "price", "--reason", "out", "--yes").code == 0
        wait_for(lambda: found.process.autopilot.state.bounds["price"].override is None)
    rows = terminal.autopilot("bounds", "history", "--json").json()
    assert [row["adjustment"] for row in rows] == ["restored", "overridden"]
    assert terminal.autopilot("bounds", "history", "price", "--limit", "1", "--json").json() == rows[:1]
    assert terminal.autopilot("bounds", "history", "batch").out == "no bounds were adjusted yet\n"
    text = terminal.autopilot("bounds", "history").out
    assert "Adjustments of bounds, newest first" in text
    assert "the override is over" in " ".join(text.split())


def test_a_dry_run_changes_nothing(idle: Terminal) -> None:
    told = idle.autopilot(*OVERRIDE, "--dry-run", "--json").json()
    assert (told["dry_run"], told["low"], told["high"]) == (True, 0.9, 1.1)
    assert idle.autopilot(*OVERRIDE, "--dry-run").out.endswith("; nothing was done\n")
    with Journal(place(idle.state).journal, "reader") as journal:
        assert not [event for event in journal.read() if event.payload.kind.startswith("bounds_")]


def test_without_a_terminal_an_order_must_be_confirmed_by_an_option(idle: Terminal) -> None:
    result = idle.autopilot(*OVERRIDE)
    assert result.code == 2
    assert "--yes" in result.error()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({2: "prise"}, "did you mean 'price'"),
        ({4: "0.1"}, "is not inside the hard bounds [0.5, 1.5]"),
        ({4: "-0.1"}, "[-0.1, 1.1] is not inside the hard bounds"),
        ({4: "1.05"}, "does not hold the value in force, 1"),
        ({4: "1.2"}, "must be finite and ascending"),
        ({4: "nan"}, "must be finite and ascending"),
        ({8: "soon"}, "write a time above 0"),
        ({8: "0s"}, "write a time above 0"),
        ({8: "31d"}, "30d is the longest; what is to stay belongs into"),
        ({8: "nan"}, "write a time above 0"),
    ],
)
def test_an_override_that_cannot_be_says_why(idle: Terminal, changed: dict[int, str], said: str) -> None:
    words = [changed.get(index, word) for index, word in enumerate(OVERRIDE)]
    result = idle.autopilot(*words, "--yes")
    assert result.code == 2
    assert said in result.error()


@pytest.mark.parametrize("command", [("bounds", "override"), ("override-bounds",)])
@pytest.mark.parametrize("ends", [("0.9", "1.1"), ("-0.9", "1e1"), ("--low", "0.9", "1.1")])
def test_ends_that_are_not_given_as_options_are_answered_with_the_options(
    idle: Terminal, command: tuple[str, ...], ends: tuple[str, ...]
) -> None:
    result = idle.autopilot(*command, "price", *ends, "--for", "2h", *WHY)
    assert result.code == 2
    low, high = ends[-2:]
    assert f"the ends are options: write --low {low} --high {high}" in result.error()


def test_what_else_is_wrong_with_an_override_is_said_as_everywhere(idle: Terminal) -> None:
    lacking = idle.autopilot("bounds", "override", "price", "--low", "0.9", "--for", "2h", *WHY)
    assert lacking.code == 2
    assert "Missing option '--high'" in lacking.err
    unknown = idle.autopilot(*OVERRIDE, "--yes", "--hihg", "2")
    assert unknown.code == 2
    assert "No such option" in unknown.err


def test_a_choice_has_no_bounds(terminal: Terminal) -> None:
    settings = yaml.safe_load(terminal.config.read_text())
    mode = {"kind": "choice", "choices": ["calm", "wild"], "default": "calm", "prior": {"sd": 0.01}}
    settings["parameters"] = {"mode": mode}
    terminal.config.write_text(yaml.safe_dump(settings))
    assert terminal.autopilot("run-once", *WHY).code == 7
    assert terminal.autopilot("bounds", "show").out == "no parameter has bounds: all of them are choices\n"
    words = ("mode" if word == "price" else word for word in OVERRIDE)
    assert "has no bounds that could be overridden" in terminal.autopilot(*words, "--yes").error()
    assert SETTINGS["parameters"].keys() == {"price", "batch"}


def test_export_writes_everything_that_is_known(idle: Terminal, tmp_path: Path) -> None:
    idle.autopilot(*OVERRIDE, "--yes")
    told = idle.autopilot("bounds", "export").json()
    assert told["policy"]["rollbacks"] == 3
    assert [item["parameter"] for item in told["parameters"]] == ["batch", "price"]
    assert [line["kind"] for line in told["history"]] == ["bounds_override_requested"]
    out = tmp_path / "bounds.json"
    assert (
        f"{out}: bounds of 2 parameters, 1 events about them"
        in idle.autopilot("bounds", "export", "--out", str(out)).out
    )
    written = json.loads(out.read_text())
    assert written["history"] == told["history"]


@pytest.mark.parametrize(
    "command", [("show",), ("history",), ("export",), ("clear", "price", "--reason", "x", "--yes")]
)
def test_a_folder_in_which_no_controller_ran_is_refused(terminal: Terminal, command: tuple[str, ...]) -> None:
    result = terminal.autopilot("bounds", *command)
    assert result.code == 2
    assert "no controller has run here" in result.error()


def test_a_canary_that_tries_a_value_outside_is_mentioned(idle: Terminal) -> None:
    with Journal(place(idle.state).journal, "writer") as journal:
        for payload in (
            ev.CycleStarted(cycle=1, trigger="operator"),
            ev.Proposed(cycle=1, changes=(ev.Moved(parameter="price", old=1.0, new=1.3),), predicted=(), rationale=""),
        ):
            at = journal.read()[-1].at
            journal.append(payload, at=at, expected=len(journal.read()), actor="autopilot")
    assert "cycle 1, which tries 1.3, goes on" in idle.autopilot(*OVERRIDE, "--dry-run").out
