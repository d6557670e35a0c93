"""vvtvctl as a whole: exit codes, errors, help, completion."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from sqlalchemy import create_engine

from controller.cli.main import COMMANDS, cli, main
from tests.controller.cli.terminal import VVTVCTL, Terminal

WHY = ("--reason", "a test", "--yes")

RUNS_ON = {"controller run", "service run", "service llm-mock", "canary serve"}  # print a log, not results
WRITES = {"canary report"}  # a page for people; `canary explain --json` says the same to programs
ALWAYS_JSON = {"autopilot bounds export", "service faults"}


def _commands(group: click.Group = cli, path: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        full = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            yield from _commands(command, full)
        else:
            yield full, command


LEAVES = dict(_commands())


def test_a_command_that_ends_its_context_ends_the_program_with_that_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["vvtvctl"])
    monkeypatch.setattr(
        "controller.cli.main.cli", click.Command("x", callback=lambda: click.get_current_context().exit(3))
    )
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 3


def test_every_command_is_there() -> None:
    assert {name.split()[0] for name in LEAVES} == set(COMMANDS)
    assert len(LEAVES) > len(COMMANDS)


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_has_help_with_an_example_on_lines_of_its_own(name: str) -> None:
    text = click.Context(LEAVES[name], info_name=f"vvtvctl {name}", max_content_width=110).get_help()
    assert re.search(rf"\n {{2}}Examples?:\n {{4}}vvtvctl {name}\b", text), text
    assert "\\b" not in text


@pytest.mark.parametrize("name", sorted(set(LEAVES) - RUNS_ON - ALWAYS_JSON - WRITES))
def test_every_command_that_prints_results_prints_them_for_programs(name: str) -> None:
    assert "--json" in {option for parameter in LEAVES[name].params for option in parameter.opts}


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["autopilto"], "autopilot"),
        (["metrcs", "query"], "metrics"),
        (["autopilot", "stauts"], "status"),
        (["autopilot", "status", "--jsno"], "--json"),
        (["service", "rnu"], "run"),
    ],
)
def test_a_misspelt_command_or_option_is_told_the_nearest(terminal: Terminal, arguments: list[str], near: str) -> None:
    result = terminal.run(*arguments)
    assert result.code == 2
    assert re.search(rf"did you mean '?{near}'?\?", result.err.lower()), result.err


def test_a_command_like_no_other_lists_those_there_are(terminal: Terminal) -> None:
    assert "there are autopilot, canary, compile, controller" in terminal.run("xyzzy").err


def test_without_arguments_the_help_is_shown(terminal: Terminal) -> None:
    result = terminal.run()
    assert "Usage: vvtvctl" in result.out + result.err
    assert "Exit codes: 0 ok" in result.out + result.err


def test_exit_codes_as_documented(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.autopilot("status").code == 2
    wrong = terminal.run("autopilot", "status", "--config", str(tmp_path / "none.yaml"), "--state", str(tmp_path))
    assert (wrong.code, wrong.error().split("; ")[0]) == (2, f"{tmp_path / 'none.yaml'}: no such file")
    down = terminal.run("metrics", "query", "conversion", *terminal.place)
    assert (down.code, down.out) == (3, "")
    assert "is Prometheus running there?" in down.error()
    not_promoted = terminal.autopilot("run-once", *WHY, "--set", "price=1.2")
    assert not_promoted.code == 7
    assert terminal.autopilot("pause", *WHY).code == 0
    conflict = terminal.autopilot("run-once", *WHY)
    assert conflict.code == 4
    assert '`vvtvctl autopilot resume --reason "..."` ends that' in conflict.error()
    journal = next(terminal.state.rglob("journal.db"))
    engine = create_engine(f"sqlite:///{journal}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE events SET actor = 'mallory' WHERE seq = 3")
    engine.dispose()
    altered = terminal.autopilot("verify")
    assert altered.code == 5
    assert "the chain is broken at event 3" in altered.error()
    (tmp_path / "file").write_text("")
    storage = terminal.run(
        "autopilot", "run-once", *WHY, "--config", str(terminal.config), "--state", str(tmp_path / "file" / "stack")
    )
    assert storage.code == 6
    assert "choose a writable one with --state" in storage.error()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("service: [", "shop.yaml:1: not YAML"),
        ("", "shop.yaml:1: expected settings by name"),
        ("\0", "not YAML"),
        ("servcie: x", "unknown key 'servcie'; did you mean 'service'?"),
    ],
)
def test_a_wrong_configuration_is_one_message(terminal: Terminal, text: str, said: str) -> None:
    terminal.config.write_text(text)
    result = terminal.autopilot("status")
    assert result.code == 2
    assert said in result.error()


def test_a_journal_that_is_none_is_one_message(terminal: Terminal) -> None:
    (terminal.state / "controller").mkdir(parents=True)
    (terminal.state / "controller" / "journal.db").write_text("this is not a database, but long enough to be one" * 9)
    result = terminal.autopilot("status")
    assert result.code == 5
    assert "damaged or not a journal" in result.error()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look anywhere")
@pytest.mark.parametrize(
    "command", [("autopilot", "status"), ("autopilot", "history"), ("autopilot", "emergency-pause")]
)
def test_a_folder_of_another_user_is_one_message(terminal: Terminal, command: tuple[str, ...]) -> None:
    folder = terminal.state / "controller"
    folder.mkdir(parents=True)
    folder.chmod(0)
    result = terminal.run(*command, *terminal.place)
    folder.chmod(0o700)
    assert result.code == 6
    assert "Permission denied; become a user who may, such as the controller's" in result.error()


def test_the_program_itself(terminal: Terminal) -> None:
    terminal.autopilot("run-once", *WHY, "--set", "price=1.2")
    shown = terminal.program("autopilot", "status", "--json", *terminal.place)
    assert (shown.code, shown.err) == (0, "")
    assert shown.json()["phase"] == "idle"
    down = terminal.program("metrics", "query", "conversion", *terminal.place)
    assert down.code == 3
    assert down.error().startswith("http://127.0.0.1:1: cannot connect")


def test_a_reader_that_has_seen_enough_gets_no_traceback(terminal: Terminal) -> None:
    terminal.autopilot("run-once", *WHY, "--set", "price=1.2")
    child = subprocess.Popen(
        (VVTVCTL, "autopilot", "status", *terminal.place), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    err = child.stderr.read()
    child.stderr.close()
    assert child.wait() == 1
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("command", [("status",), ("status", "--json"), ("history", "export")])
def test_output_that_finds_no_room_is_one_message(terminal: Terminal, command: tuple[str, ...]) -> None:
    terminal.autopilot("run-once", *WHY, "--set", "price=1.2")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        child = subprocess.run(
            (VVTVCTL, "autopilot", *command, *terminal.place),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    said = "error: the output cannot be written whole: No space left on device; free space, or send it elsewhere\n"
    assert (child.returncode, child.stderr) == (6, said)


def test_a_reader_that_left_before_the_last_words_gets_no_traceback(terminal: Terminal) -> None:
    terminal.autopilot("run-once", *WHY, "--set", "price=1.2")
    reading, writing = os.pipe()
    os.close(reading)
    command = (VVTVCTL, "autopilot", "history", "export", *terminal.place)
    child = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (child.returncode, child.stderr) == (1, "")


def test_the_shell_completes_commands(terminal: Terminal, tmp_path: Path) -> None:
    script = terminal.program(**{**os.environ, "_VVTVCTL_COMPLETE": "bash_source"})
    assert script.code == 0
    sourced = tmp_path / "complete.sh"
    folder = Path(VVTVCTL).parent
    sourced.write_text(
        f'PATH="{folder}:$PATH"\n{script.out}\nCOMP_WORDS=(vvtvctl autopilot ru); COMP_CWORD=2\n'
        '_vvtvctl_completion vvtvctl; echo "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(("bash", "--norc", str(sourced)), capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split()[-1] == "run-once", done.stderr
