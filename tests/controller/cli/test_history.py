"""`vvtvctl autopilot history`: what an operator finds, compares, takes along, checks and compresses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.journal.generate import BEGIN, PARAMETERS, SERVICE, past, write
from controller.adapters.history import History
from controller.cli.autopilot.history.list import _columns
from controller.cli.when import moment
from controller.errors import ConfigError
from controller.history.index import NAME
from controller.journal import event as ev
from controller.journal.snapshot import current
from controller.journal.store import Journal
from exporter.seconds import DAY
from tests.controller.cli.terminal import Terminal
from tests.controller.history.past import project
from tests.controller.running import place, running, wait_for
from tests.controller.world import configuration, settings

CYCLES = 12
PARAMETER = {"low": -99, "high": 99, "default": 1.0, "step": 0.1, "prior": {"effect": 0.0, "sd": 0.01}}
SECTIONS = {"parameters": dict.fromkeys(PARAMETERS, PARAMETER), "history": {"keep": "30d"}}


def _settings() -> dict[str, object]:
    return {**settings(), **SECTIONS, "service": SERVICE}


@pytest.fixture
def stack(terminal: Terminal) -> Terminal:
    """A terminal at a stack in which some cycles ran long ago."""
    terminal.config.write_text(yaml.safe_dump(_settings(), sort_keys=False), encoding="utf-8")
    where, made = place(terminal.state), past(cycles=CYCLES, looks=1)
    write(where.journal, made.dated)
    history = History(where.history)
    for live in made.live:
        history.put(live, "a note")
    where.parameters.parent.mkdir(parents=True)
    where.parameters.write_text(json.dumps(made.live[-1].document()))
    return terminal


def _list(terminal: Terminal, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = terminal.autopilot("history", "list", "--json", *arguments).json()
    return found


def test_without_a_command_it_lists_the_newest(stack: Terminal) -> None:
    result = stack.autopilot("history", "--limit", "5")
    assert result.code == 0
    assert result.out == stack.autopilot("history", "list", "--limit", "5").out
    assert result.out.startswith("What came into force, newest first (* is live)")
    assert f"{_list(stack)['entries'][0]['version'][:12]} *" in result.out
    assert "effects are on play_completion; page 1 of " in result.out
    assert "--page 2 shows older ones" in result.out


def test_pages_and_filters(stack: Terminal) -> None:
    whole = _list(stack, "--limit", "1000")
    assert whole["total"] == len(whole["entries"])
    second = _list(stack, "--limit", "3", "--page", "2")
    assert second["entries"] == whole["entries"][3:6]
    for option, value, name in (("--cause", "kept", "cause"), ("--outcome", "promoted", "outcome")):
        found = _list(stack, option, value, "--limit", "1000")["entries"]
        assert found == [e for e in whole["entries"] if e[name] == value]
        assert found
    assert {e["version"] for e in _list(stack, "--live")["entries"]} == {whole["entries"][0]["version"]}
    assert _list(stack, "--since", "1d")["total"] == 0
    assert 0 < _list(stack, "--until", "2023-11-20")["total"] < whole["total"]
    assert stack.autopilot("history", "--text", "zzz").out.startswith("nothing came into force")
    assert stack.autopilot("history", "--page", "99").out.startswith("there is no page 99: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "--since", "yesterday"), "--since 'yesterday': write a day like"),
        (("list", "--since", "7"), "--since '7': write a day"),
        (("list", "--version", "xyz"), "--version 'xyz': write the first hex digits"),
        (("show", "xyz"), "is no version: give at least 6 hex digits"),
        (("show", "0123456789"), "no version begins with"),
        (("trends", "temprature"), "did you mean 'temperature'"),
        (("list", "--parameter", "temprature"), "did you mean 'temperature'"),
        (("export", "--since", "2d", "--until", "5d"), "--since '2d' is later than --until '5d'"),
        (("trends", "--since", "2024-02-01", "--until", "2024-01-01"), "exchange them"),
        (("diff", "", "live"), "'' is no version"),
    ],
)
def test_what_is_wrong_is_said(stack: Terminal, arguments: tuple[str, ...], said: str) -> None:
    result = stack.autopilot("history", *arguments)
    assert result.code == 2
    assert said in result.error()


@pytest.mark.parametrize("option", ["--page", "--limit", "--cycle"])
def test_a_number_that_nobody_could_mean_is_refused(stack: Terminal, option: str) -> None:
    result = stack.autopilot("history", "list", option, "9" * 20)
    assert (result.code, "is not in the range" in result.err) == (2, True)


def test_a_misspelt_command_is_told_the_nearest(stack: Terminal) -> None:
    result = stack.run("autopilot", "history", "trend")
    assert result.code == 2
    assert "did you mean 'trends'" in result.err


def test_show_tells_the_whole_story(stack: Terminal) -> None:
    text = stack.autopilot("history", "show", "live").out
    for word in ("(live)", "because: a note", "every arm", "predicted", "measured", "rationale", "outcome"):
        assert word in text
    found = stack.autopilot("history", "show", "live", "--json").json()
    assert found["live"]
    assert found["values"] == found["entries"][0]["values"]
    canary = next(e for e in _list(stack, "--limit", "1000")["entries"] if e["cause"] == "canary")
    assert "canary (0.2 of the units)" in stack.autopilot("history", "show", str(canary["version"])[:8]).out


def test_a_version_without_its_file_is_damage(stack: Terminal) -> None:
    version = _list(stack)["entries"][-1]["version"]
    next(stack.state.rglob(f"{version}.json")).unlink()
    for command in (("show", str(version)), ("diff", str(version)[:10])):
        result = stack.autopilot("history", *command)
        assert result.code == 5
        assert "its file is missing" in result.error()


def test_too_few_digits_of_a_version_are_no_damage(stack: Terminal) -> None:
    version = str(_list(stack)["entries"][0]["version"])
    result = stack.autopilot("history", "show", version[:3])
    assert (result.code, "give at least 6 hex digits" in result.error()) == (2, True)


def test_diff_of_previous_and_live_is_the_last_change(stack: Terminal) -> None:
    (entry, *_) = _list(stack, "--cause", "promoted")["entries"]
    found = stack.autopilot("history", "diff", "previous", "--json").json()
    (change,) = entry["changes"]
    assert [(d["name"], d["old"], d["new"]) for d in found["differences"]] == [
        (change["parameter"], change["old"], change["new"])
    ]
    assert change["parameter"] in stack.autopilot("history", "diff", "previous", "live").out
    assert stack.autopilot("history", "diff", "live", "live").out.startswith("no difference: ")


def test_trends_of_all_and_of_one(stack: Terminal) -> None:
    found = {trend["parameter"]: trend for trend in stack.autopilot("history", "trends", "--json").json()}
    assert set(found) == set(PARAMETERS)
    one = stack.autopilot("history", "trends", "top_k", "--json").json()
    assert one == [found["top_k"]]
    assert (
        one[0]["values"][-1]["value"] == stack.autopilot("history", "show", "live", "--json").json()["values"]["top_k"]
    )
    assert "How the values in force went" in stack.autopilot("history", "trends").out
    assert stack.autopilot("history", "trends", "--since", "1d").out == "nothing came into force in that time\n"


def test_export_as_lines_and_as_a_sheet(stack: Terminal, tmp_path: Path) -> None:
    whole = _list(stack, "--limit", "1000")
    lines = stack.autopilot("history", "export").out.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [e["seq"] for e in whole["entries"][::-1]]
    sheet = tmp_path / "history.csv"
    told = stack.autopilot("history", "export", "--format", "csv", "--out", str(sheet), "--json").json()
    assert told["bytes"] == sheet.stat().st_size
    assert len(sheet.read_text().splitlines()) == 1 + len(lines)
    result = stack.autopilot("history", "export", "--out", "/proc/no.jsonl")
    assert result.code == 6
    assert "cannot write /proc/no.jsonl" in result.error()


def test_verify_names_what_is_damaged(stack: Terminal) -> None:
    assert stack.autopilot("history", "verify").out.startswith("sound: ")
    path = next(stack.state.rglob("*/20*/*.json"))
    path.write_bytes(path.read_bytes().replace(b"note", b"vote", 1))
    result = stack.autopilot("history", "verify")
    assert result.code == 5
    assert f"damaged: {path}: " in result.out
    found = stack.autopilot("history", "verify", "--json")
    assert (found.code, found.json()["sound"]) == (5, False)
    whole = stack.autopilot("verify")
    assert whole.code == 5
    assert str(path) in whole.error()


def test_verify_finds_a_forged_snapshot(stack: Terminal) -> None:
    assert stack.autopilot("verify", "--json").json()["snapshots"] == 0
    with Journal(place(stack.state).journal, "w") as journal:
        from controller.journal import snapshot  # noqa: PLC0415 - here alone

        forged = snapshot.dumped(current(journal)).replace(b'"cycles":12', b'"cycles":13')
        snapshot.save(journal, snapshot.loaded(forged))
    result = stack.autopilot("verify")
    assert result.code == 5
    assert "is not what the events before it say" in result.error()


def test_compact_says_what_it_would_do_does_it_and_says_who(stack: Terminal) -> None:
    dry = stack.autopilot("history", "compact", "--reason", "small disk", "--dry-run")
    assert dry.out.startswith("would compress ")
    assert dry.out.endswith("; nothing was done\n")
    assert not list(stack.state.rglob("*.tar.gz"))
    before = stack.autopilot("history", "show", "previous", "--json").json()
    refused = stack.autopilot("history", "compact", "--reason", "small disk")
    assert refused.code == 2
    done = stack.autopilot("history", "compact", "--reason", "small disk", "--yes", "--json").json()
    assert done["done"]
    assert done["versions"] > 5
    after = stack.autopilot("history", "show", "previous", "--json").json()
    assert after == {**before, "file": after["file"], "archived": True}
    assert stack.autopilot("history", "verify").code == 0
    with Journal(place(stack.state).journal, "r") as journal:
        asked, answered = (event for event in journal.read()[-2:])
    assert isinstance(asked.payload, ev.JobRequested)
    assert asked.payload.reason == "small disk"
    assert isinstance(answered.payload, ev.JobDone)
    assert answered.payload.ok
    again = stack.autopilot("history", "compact", "--reason", "again", "--yes")
    assert again.out == "nothing to do: no version is old enough\n"


def test_a_running_controller_compacts(stack: Terminal) -> None:
    config = configuration().model_copy(update={})
    assert config.history.keep == 90 * DAY
    with running(type(config).model_validate(_settings()), place(stack.state)) as found:
        wait_for(lambda: found.process.autopilot.state.phase == "idle")
        done = stack.autopilot("history", "compact", "--reason", "small disk", "--yes", "--json").json()
    assert done["done"]
    assert done["versions"] > 5
    assert list(stack.state.rglob("*.tar.gz"))


def test_a_version_in_an_archive_is_rolled_back_to(stack: Terminal) -> None:
    stack.autopilot("history", "compact", "--reason", "small disk", "--yes")
    previous = stack.autopilot("history", "show", "previous", "--json").json()
    assert previous["archived"]
    done = stack.autopilot("rollback", previous["version"][:12], "--reason", "back", "--yes", "--force")
    assert done.code == 0, done.err
    shown = stack.autopilot("history", "show", "live", "--json").json()
    assert shown["values"] == previous["values"]
    assert shown["entries"][0]["reason"] == "back"


def test_where_the_index_cannot_be_written_reading_goes_on_and_says_so(stack: Terminal) -> None:
    wanted = _list(stack)
    index = place(stack.state).state / NAME
    index.unlink()
    index.mkdir()
    result = stack.autopilot("history", "list", "--json")
    assert result.json() == wanted
    assert "cannot be written, so the whole journal was read instead" in result.err


def test_moments() -> None:
    assert moment("2023-11-14T22:13:20", 0.0, "--since") == BEGIN
    assert moment("2023-11-14T23:13:20+01:00", 0.0, "--since") == BEGIN
    assert moment("2d", BEGIN + 2 * DAY, "--since") == BEGIN
    for wrong in ("", "7", "-7d", "soon", "2023-13-01", "nan"):
        with pytest.raises(ConfigError, match=r"--since '.*': write a day like"):
            moment(wrong, 0.0, "--since")


@pytest.mark.parametrize(("width", "columns"), [(140, 9), (110, 7), (80, 5), (50, 3)])
def test_a_narrow_terminal_gets_fewer_columns_each_with_its_cell(stack: Terminal, width: int, columns: int) -> None:
    with Journal(place(stack.state).journal, "r") as journal:
        entries = project(journal.read())
    head, make = _columns(width)
    assert len(head) == columns
    for entry in entries:
        cells = make(entry, entry.version)
        assert len(cells) == columns
        assert cells[0] == f"{entry.version[:12]} *"
        assert all(isinstance(cell, str) for cell in cells)
