"""`vvtvctl autopilot`, for people and for programs."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import pytest
import yaml

from controller.journal import event as ev
from controller.journal.store import Journal
from tests.controller.cli.terminal import VVTVCTL, Terminal
from tests.controller.config.test_choices import MODE
from tests.controller.running import QUICK, place, quick, running, wait_for
from tests.controller.world import settings

WHY = ("--reason", "a test", "--yes")


def test_run_once_tells_the_cycle_and_how_it_ended(terminal: Terminal) -> None:
    result = terminal.autopilot("run-once", "--yes", "--set", "price=1.2", "--reason", "try [/] it")
    assert result.code == 7
    assert "cycle 1 begins (operator)" in result.out
    assert "cycle 1 ended: held: Prometheus gave no answer" in " ".join(result.out.split())
    again = terminal.autopilot("run-once", *WHY, "--json")
    assert again.code == 7
    assert again.json()["cycle"] == 2
    assert "cycle 2 begins" in again.err


def test_whoever_waits_for_prometheus_is_told_so_and_may_leave(terminal: Terminal) -> None:
    settled = settings(canary={**QUICK, "blind_deadline": 600, "blind_budget": 600})
    terminal.config.write_text(yaml.safe_dump(settled), encoding="utf-8")
    words = [VVTVCTL, "autopilot", "run-once", *WHY, *terminal.place]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as waiting:
        assert waiting.stdout is not None
        said = [waiting.stdout.readline(), waiting.stdout.readline()]
        assert "observing cannot go on and waits until" in said[1]
        waiting.send_signal(signal.SIGINT)
        _, left = waiting.communicate(timeout=60)
    assert waiting.returncode == 130
    assert left.lstrip().startswith("the cycle stands in the journal where it stopped")
    assert left.endswith("interrupted\n")
    assert "IT CANNOT GO ON since" in terminal.autopilot("status").out


@pytest.mark.parametrize("pair", ["price", "price=", "price=much", "=1"])
def test_a_change_that_is_none_is_refused(terminal: Terminal, pair: str) -> None:
    result = terminal.autopilot("run-once", *WHY, "--set", pair)
    assert result.code == 2
    assert "--set" in result.error()


def test_a_choice_is_set_by_its_text_and_shown_as_such(terminal: Terminal) -> None:
    terminal.config.write_text(yaml.safe_dump(settings(canary=QUICK, parameters={"mode": MODE})), encoding="utf-8")
    wrong = terminal.autopilot("run-once", *WHY, "--set", "mode=loud")
    assert wrong.code == 2
    assert "--set 'mode=loud': parameter mode: 'loud' is none of calm, bold" in wrong.error()
    assert terminal.autopilot("run-once", *WHY, "--set", "mode=bold").code == 7
    assert "mode=calm" in terminal.autopilot("history").out
    shown = terminal.autopilot("status", "--json").json()
    assert shown["values"] == {"price": 1.0, "batch": 5, "mode": "calm"}
    version = terminal.autopilot("history", "--json").json()["entries"][0]["version"]
    assert "mode=calm" in terminal.autopilot("rollback", *WHY, version[:12]).out


@pytest.mark.parametrize(("pair", "said"), [("prise=1", "did you mean 'price'"), ("price=nan", "is not finite")])
def test_a_change_that_is_not_possible_says_why(terminal: Terminal, pair: str, said: str) -> None:
    result = terminal.autopilot("run-once", *WHY, "--set", pair)
    assert result.code == 2
    assert said in result.error()
    assert not terminal.state.exists()


@pytest.mark.parametrize("command", ["status", "history", "pause", "resume", "verify"])
def test_a_folder_in_which_no_controller_ran_is_refused_and_left_empty(terminal: Terminal, command: str) -> None:
    result = terminal.autopilot(command, *(WHY if command in ("pause", "resume") else ()))
    assert result.code == 2
    assert "no controller has run here. `--state` names the stack's folder" in result.error()
    assert not place(terminal.state).journal.exists()


def test_status_when_no_controller_runs(terminal: Terminal) -> None:
    with running(quick(), place(terminal.state)):
        pass
    assert "none is running" in terminal.autopilot("status").out
    shown = terminal.autopilot("status", "--json").json()
    assert (shown["controller"], shown["phase"], shown["paused"]) == (None, "idle", None)


def test_status_shows_what_is_predicted_of_a_proposal(terminal: Terminal) -> None:
    shown = place(terminal.state)
    with Journal(shown.journal, "test") as journal:
        predicted = ev.Predicted(kpi="conversion", effect=0.02, low=-0.03, high=0.07, true_low=-0.01, true_high=0.05)
        old = ev.Predicted(kpi="latency", effect=0.5, low=-1.0, high=2.0)
        moves = (ev.Moved(parameter="price", old=1.0, new=1.1), ev.Moved(parameter="batch", old=5, new=6))
        payloads: tuple[ev.Payload, ...] = (
            ev.CycleStarted(cycle=1, trigger="schedule"),
            ev.Proposed(cycle=1, changes=moves, predicted=(predicted, old), rationale="a [/] reason", chance=0.45),
        )
        for number, payload in enumerate(payloads):
            journal.append(payload, at=1000.0 + number, expected=number, actor="autopilot")
    out = terminal.autopilot("status").out
    assert "Proposal: a [/] reason" in out
    assert "Predicted effects (chance of a promotion 45%)" in out
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert "conversion +0.02 -0.03 to +0.07 -0.01 to +0.05" in rows
    assert "latency +0.5 -1 to +2 -" in rows


def test_status_beside_a_running_controller_with_a_hostile_alert(terminal: Terminal) -> None:
    with running(quick(), place(terminal.state)) as found:
        firing = ev.AlertFiring(
            fingerprint="f", alert="Down[/red]", labels={}, summary="[bold]it is\x07 down[/]", starts_at=""
        )
        found.process.submit(firing, "alertmanager")
        wait_for(lambda: found.process.autopilot.state.incidents)
        result = terminal.autopilot("status")
        assert result.code == 0
        assert "Down[/red]: [bold]it is" in result.out
        assert "price" in result.out
        assert terminal.autopilot("status", "--json").json()["incidents"][0]["alert"] == "Down[/red]"


def test_history_lists_versions_newest_first(terminal: Terminal) -> None:
    terminal.autopilot("run-once", *WHY)
    (version,) = terminal.autopilot("history", "--json").json()["entries"]
    assert version["live"]
    assert version["values"] == {"price": 1.0, "batch": 5}
    assert f"{version['version'][:12]} *" in terminal.autopilot("history").out


def test_rollback_brings_a_version_back(terminal: Terminal) -> None:
    terminal.autopilot("run-once", *WHY)
    (version,) = terminal.autopilot("history", "--json").json()["entries"]
    done = terminal.autopilot("rollback", *WHY, version["version"][:6], "--json")
    assert done.code == 0
    assert done.json()["values"] == {"price": 1.0, "batch": 5}
    text = terminal.autopilot("rollback", "--yes", version["version"][:6], "--reason", "because").out
    actor = done.json()["by"]
    said = f"(version {version['version'][:12]}; by {actor}: because)"
    assert text == f"in force in every arm: batch=5, price=1 {said}\n"
    for wrong, said in (("ffffff", "no version begins with"), ("xyz", "is no version: give at least 6 hex digits")):
        result = terminal.autopilot("rollback", *WHY, wrong)
        assert result.code == 2
        assert said in result.error()


def test_pause_and_resume_say_when_they_take_effect(terminal: Terminal) -> None:
    with running(quick(), place(terminal.state)):
        pass
    paused = terminal.autopilot("pause", "--reason", "release day")
    until = r'until `vvtvctl autopilot resume --reason "\.\.\."`'
    assert re.match(rf"paused \(event \d+ by .*\): will start no cycle, {until}", paused.out)
    assert "it takes effect when one starts" in paused.out
    assert "release day" in terminal.autopilot("status").out
    with running(quick(), place(terminal.state)):
        resumed = terminal.autopilot("resume", *WHY, "--json").json()
        assert resumed["paused"] is False
        assert terminal.autopilot("resume", *WHY).out == "nothing is paused; nothing was done\n"


def test_verify_says_what_is_sound(terminal: Terminal) -> None:
    assert terminal.autopilot("verify").code == 2
    terminal.autopilot("run-once", *WHY)
    assert "in one unbroken chain, 1 version in history" in terminal.autopilot("verify").out
    assert terminal.autopilot("verify", "--json").json()["versions"] == 1
    next(terminal.state.rglob("live.json")).unlink()
    assert terminal.autopilot("verify").code == 5


def test_the_stack_s_own_configuration_is_found(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(quick(), place(terminal.state)):
        pass
    (terminal.state / "config").mkdir(parents=True)
    terminal.config.rename(terminal.state / "config" / "autopilot.yaml")
    monkeypatch.chdir(terminal.state)
    assert terminal.run("autopilot", "pause", *WHY, "--state", str(terminal.state)).code == 0
    with Journal(Path(terminal.state) / "controller" / "journal.db", "reader") as journal:
        assert journal.read()[-1].payload.kind == "pause_requested"
