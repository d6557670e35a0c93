"""Every command that changes something asks why, asks first, can say what it would do, and no other changes anything.

Which commands change something is marked by `controller.cli.change.changing`, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.cli.change import changes_state
from controller.journal import event as ev
from controller.journal.store import Journal
from controller.stack.layout import Layout
from tests.controller.cli.canary.stage import at_terminal
from tests.controller.cli.terminal import Terminal
from tests.controller.running import place, quick, running
from tests.docs.test_cli import COMMANDS, parameters

CHANGING = sorted(name for name, command in COMMANDS.items() if changes_state(command))
OPTIONAL_REASON = {
    "vvtvctl autopilot emergency-pause",  # nothing that is missing may stop it
    "vvtvctl autopilot triage",  # it reads, unless --apply is given, which asks for a reason
}
PROCESSES = (
    *("vvtvctl up", "vvtvctl down", "vvtvctl demo", "vvtvctl controller run", "vvtvctl canary serve"),
    *("vvtvctl service run", "vvtvctl service llm-mock", "vvtvctl service faults"),
)
"""Commands that start, stop or feed processes; what those do is the controller's, not an operator's, word."""


@pytest.mark.parametrize("name", CHANGING)
def test_a_command_that_changes_something_has_what_such_commands_have(name: str) -> None:
    found = parameters(COMMANDS[name])
    assert {"--reason", "--yes", "--dry-run", "--json"} <= set(found)
    assert found["--reason"].required is (name not in OPTIONAL_REASON)


def test_the_commands_of_an_operator_are_among_them() -> None:
    words = {name.removeprefix("vvtvctl ") for name in CHANGING}
    assert {
        *("autopilot pause", "autopilot resume", "autopilot emergency-pause", "autopilot rollback"),
        *("autopilot force-deploy", "autopilot override-bounds", "autopilot bounds override", "autopilot bounds clear"),
        *("autopilot bounds adjust", "autopilot run-once", "canary pause", "canary resume", "canary approve"),
        *("canary reject", "canary abort"),
    } <= words


READING = sorted(set(COMMANDS) - set(CHANGING) - set(PROCESSES))
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "vvtvctl why": ("price",),
    "vvtvctl autopilot bounds history": ("price",),
    "vvtvctl canary explain": ("cycle-1",),
}


def test_every_other_command_leaves_the_journal_as_it_is(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(quick(), place(terminal.state)):
        pass
    monkeypatch.chdir(terminal.config.parent)
    with Journal(place(terminal.state).journal, "reader") as journal:
        before = journal.read()
        served = 0
        for name in READING:
            known = parameters(COMMANDS[name])
            if not {"--state", "--config"} <= set(known):
                continue
            words = (*name.removeprefix("vvtvctl ").split(), *ARGUMENTS.get(name, ()))
            if name == "vvtvctl autopilot simulate":
                continue  # it has a world of its own, and takes long
            result = terminal.run(*words, *terminal.place)
            assert "Traceback" not in result.err, name
            assert journal.read() == before, name
            served += result.code == 0
        assert served > 8


@pytest.mark.parametrize("reason", ["", "   ", "\t"])
def test_an_empty_reason_is_none(terminal: Terminal, reason: str) -> None:
    result = terminal.autopilot("pause", "--reason", reason)
    assert result.code == 2
    assert "--reason is empty: say why" in result.error()


NEEDED = {
    "autopilot rollback": ("ffffff",),
    "autopilot force-deploy": ("--set", "price=1.1"),
    "autopilot bounds adjust": ("price", "--low", "0.7"),
    "autopilot bounds override": ("price", "--low", "0.8", "--high", "1.2", "--for", "1h"),
    "autopilot override-bounds": ("price", "--low", "0.8", "--high", "1.2", "--for", "1h"),
    "autopilot run-once": (),
    "autopilot resume": (),
}


@pytest.fixture
def paused(terminal: Terminal) -> Callable[[], tuple[ev.Payload, ...]]:
    """Return what reads the journal of a stack on which a controller has run."""
    with running(quick(), place(terminal.state)):
        pass

    def read() -> tuple[ev.Payload, ...]:
        with Journal(place(terminal.state).journal, "reader") as journal:
            return tuple(event.payload for event in journal.read())

    return read


@pytest.mark.parametrize("name", NEEDED)
def test_a_dry_run_and_a_missing_yes_do_nothing(
    terminal: Terminal, paused: Callable[[], tuple[ev.Payload, ...]], name: str
) -> None:
    words = list(NEEDED[name])
    if name == "autopilot rollback":
        words = [terminal.autopilot("history", "--json").json()["entries"][0]["version"]]
    if name == "autopilot resume":
        terminal.autopilot("pause", "--reason", "x")
    before = paused()
    said = terminal.run(*name.split(), *words, "--reason", "a [/] test", "--dry-run", *terminal.place)
    assert (said.code, said.err) == (0, "")
    assert re.fullmatch(r"would .*; nothing was done\n", said.out, re.DOTALL)
    shown = terminal.run(*name.split(), *words, "--reason", "x", "--dry-run", "--json", *terminal.place).json()
    assert shown["dry_run"] is True
    seconds = r":\d\d UTC"  # between the two calls a second may pass
    assert re.sub(seconds, "", f"would {shown['effect']}; nothing was done\n") == re.sub(seconds, "", said.out)
    unasked = terminal.run(*name.split(), *words, "--reason", "x", *terminal.place)
    assert unasked.code == 2
    assert "there is no terminal to ask at: give --yes" in unasked.error()
    assert paused() == before


@pytest.mark.parametrize("name", ["autopilot pause", "autopilot emergency-pause", "canary pause"])
def test_a_pause_is_never_stopped_by_a_missing_flag(
    terminal: Terminal, paused: Callable[[], tuple[ev.Payload, ...]], name: str
) -> None:
    dry = terminal.run(*name.split(), "--reason", "x", "--dry-run", *terminal.place)
    assert dry.out.startswith("would ")
    before = len(paused())
    assert terminal.run(*name.split(), "--reason", "x", *terminal.place).code == 0
    assert len(paused()) == before + 1


@pytest.mark.parametrize(("typed", "code"), [("n\n", 1), ("\n", 0)])
def test_an_emergency_pause_asks_at_a_terminal_and_enter_means_yes(terminal: Terminal, typed: str, code: int) -> None:
    place = ("--config", str(terminal.config), "--state", str(terminal.state))
    with Journal(Layout(terminal.state).controller / "journal.db", "me") as journal:
        journal.submit(ev.ResumeRequested(reason="there is a journal"), at=1.0, actor="me")
        ended, shown = at_terminal("autopilot", "emergency-pause", *place, typed=typed)
        kinds = [event.payload.kind for event in journal.read()]
    assert ended == code
    assert "This will put every arm on control values" in shown
    assert ("emergency_pause_requested" in kinds) == (code == 0)


def test_a_folder_of_nobody_is_not_made_by_a_dry_run(terminal: Terminal, tmp_path: Path) -> None:
    for words in (("pause",), ("emergency-pause",), ("force-deploy", "--set", "price=1.1")):
        result = terminal.run(
            "autopilot",
            *words,
            "--reason",
            "x",
            "--dry-run",
            "--config",
            str(terminal.config),
            "--state",
            str(tmp_path / "no"),
        )
        assert result.code == 2
        assert not (tmp_path / "no").exists()
