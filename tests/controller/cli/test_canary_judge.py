"""`vvtvctl canary judge`: files, lines, stdin, texts for people and for programs."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from controller.judging.schema import schema_text
from tests.controller.cli.terminal import VVTVCTL, Result, Terminal
from tests.controller.judging.documents import document, gauge, short
from tests.controller.running import strict_json

GOOD = document(gauge(effect=1.5), id="good")
BAD = document(gauge(effect=-2.0), id="bad")


def _file(folder: Path, name: str, *documents: object) -> str:
    path = folder / name
    path.write_text("\n".join(item if isinstance(item, str) else json.dumps(item) for item in documents))
    return str(path)


def _judge(terminal: Terminal, *arguments: str) -> Result:
    return terminal.run("canary", "judge", *arguments)


def _lines(result: Result) -> list[Any]:
    return [strict_json(line) for line in result.out.splitlines()]


@pytest.mark.parametrize(
    ("found", "verdict", "code"),
    [(GOOD, "proceed", 0), (BAD, "rollback", 7), (document(gauge(effect=3, history={})), "blind", 7)],
    ids=["proceed", "rollback", "blind"],
)
def test_the_verdict_is_the_exit_code(terminal: Terminal, tmp_path: Path, found: Any, verdict: str, code: int) -> None:
    path = _file(tmp_path, "case.json", found)
    shown, told = _judge(terminal, path), _judge(terminal, "--json", path)
    assert (shown.code, told.code, shown.err, told.err) == (code, code, "", "")
    assert shown.out.startswith(f"{found['id']}: {verdict}")
    assert "conversion" in shown.out
    if (at := told.json()["decided_at"]) is not None:
        assert shown.out.splitlines()[0] == f"{found['id']}: {verdict} after {at + 1} {'points' if at else 'point'}"
    assert (told.json()["id"], told.json()["verdict"]) == (found["id"], verdict)


def test_several_files_are_a_list_and_one_that_may_not_proceed_decides_the_code(
    terminal: Terminal, tmp_path: Path
) -> None:
    result = _judge(terminal, "--json", _file(tmp_path, "a", GOOD), _file(tmp_path, "b", BAD))
    assert result.code == 7
    assert [item["verdict"] for item in result.json()] == ["proceed", "rollback"]


def test_a_bad_file_does_not_keep_the_others_from_being_judged(terminal: Terminal, tmp_path: Path) -> None:
    wrong = _file(tmp_path, "wrong.json", {"id": "wrong"})
    result = _judge(terminal, wrong, _file(tmp_path, "b", BAD))
    assert result.code == 2
    assert result.error() == f"{wrong}: planned: is missing\nmetrics: is missing"
    assert result.out.startswith("bad: rollback")
    told = _judge(terminal, "--json", wrong, _file(tmp_path, "b", BAD))
    assert told.json()[0] == {"id": "wrong", "file": wrong, "error": "planned: is missing\nmetrics: is missing"}


@pytest.mark.parametrize("name", ["nosuch.json", ".", "\0"])
def test_a_file_that_cannot_be_read_is_one_message(terminal: Terminal, tmp_path: Path, name: str) -> None:
    for options in ((), ("--jsonl",)):
        result = _judge(terminal, *options, str(tmp_path / name))
        assert (result.code, result.out) == (2, "")
        assert "cannot be read: " in result.error()
        assert "name a JSON file, or - for stdin" in result.error()


def test_without_a_file_it_says_what_is_missing(terminal: Terminal) -> None:
    result = _judge(terminal)
    assert result.code == 2
    assert "name a file, or - for stdin" in result.err


def test_each_line_is_answered_in_order_and_a_bad_one_does_not_stop_it(terminal: Terminal, tmp_path: Path) -> None:
    path = _file(tmp_path, "cases.jsonl", GOOD, "", "{", {"id": "wrong"}, BAD, "  ")
    result = _judge(terminal, "--jsonl", path)
    assert (result.code, result.err) == (2, "")
    good, broken, wrong, bad = _lines(result)
    assert (good["verdict"], bad["verdict"]) == ("proceed", "rollback")
    assert (broken["id"], broken["line"], broken["error"][:9]) == (None, 3, "not JSON:")
    assert wrong == {"id": "wrong", "line": 4, "error": "planned: is missing\nmetrics: is missing"}


def test_lines_that_were_all_judged_are_a_success_whatever_the_verdicts(terminal: Terminal, tmp_path: Path) -> None:
    result = _judge(terminal, "--jsonl", _file(tmp_path, "a", BAD), _file(tmp_path, "b", BAD))
    assert result.code == 0
    assert [line["verdict"] for line in _lines(result)] == ["rollback"] * 2


def test_of_several_files_an_error_names_its_own(terminal: Terminal, tmp_path: Path) -> None:
    first, second = _file(tmp_path, "a", GOOD), _file(tmp_path, "b", "{")
    assert _lines(_judge(terminal, "--jsonl", first, second))[1]["file"] == second


@pytest.mark.parametrize("options", [(), ("--jsonl",), ("--json",)])
def test_a_dash_is_stdin(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(GOOD).encode())))
    result = _judge(terminal, *options, "-")
    assert result.code == 0
    assert "proceed" in result.out


def test_answers_stream_out_before_the_last_line_has_come() -> None:
    command = (VVTVCTL, "canary", "judge", "--jsonl", "-")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for found in (GOOD, BAD):
            child.stdin.write(json.dumps(found).encode() + b"\n")
            child.stdin.flush()
            assert json.loads(child.stdout.readline())["id"] == found["id"]
        child.stdin.close()
    assert child.returncode == 0


def test_a_reader_that_has_seen_enough_gets_no_traceback(tmp_path: Path) -> None:
    path = _file(tmp_path, "cases.jsonl", *[document(short("gauge"))] * 50)
    with subprocess.Popen(
        (VVTVCTL, "canary", "judge", "--jsonl", path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        err = child.stderr.read()
    assert b"Traceback" not in err
    assert b"BrokenPipe" not in err


def test_names_of_others_cannot_steer_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    name = "\x1b[2J[red]é\u202e\n"
    path = _file(tmp_path, "case.json", document(short("gauge", name=name), id=name))
    result = _judge(terminal, path)
    assert r"\x1b[2J[red]é\u202e\n: blind" in result.out
    assert "\u202e" not in result.out
    assert all(line.isprintable() for line in result.out.splitlines())


def test_the_progress_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    path = _file(tmp_path, "cases.jsonl", *[document(short("gauge"))] * 3)
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen, os.fdopen(theirs, "wb") as terminal:
        done = subprocess.run(
            (VVTVCTL, "canary", "judge", "--jsonl", path),
            stdout=subprocess.PIPE,
            stderr=terminal,
            env={**os.environ, "TERM": "xterm"},
            check=True,
        )
        shown = screen.read(10_000)
    assert b"judged" in shown
    assert [json.loads(line)["verdict"] for line in done.stdout.splitlines()] == ["blind"] * 3


@pytest.mark.parametrize("side", ["input", "output"])
def test_the_schemas_are_printed(terminal: Terminal, side: Any) -> None:
    assert _judge(terminal, "--schema", side).out == schema_text(side)
