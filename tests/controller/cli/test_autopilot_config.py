"""`vvtvctl autopilot config show|edit`: what is in force, and another configuration in its place."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.config.digest import digest
from controller.desk.desk import Desk
from controller.journal import event as ev
from controller.journal.store import Journal
from tests.controller.cli.canary.stage import at_terminal
from tests.controller.cli.terminal import Terminal
from tests.controller.running import place, running

REASON = ("--reason", "as agreed")


def told(terminal: Terminal) -> list[ev.ConfigChanged]:
    """Return the changes that the journal was told of."""
    desk = Desk(read_config(terminal.config), place(terminal.state), Clock(), "ann")
    return [event.payload for event in desk.events() if isinstance(event.payload, ev.ConfigChanged)]


def editor(tmp_path: Path, script: str) -> str:
    """Return a program that edits the file it is given, as a person would."""
    path = tmp_path / "editor"
    path.write_text(
        f"#!{sys.executable}\nimport pathlib, sys\npath = pathlib.Path(sys.argv[1])\n{script}\n", encoding="utf-8"
    )
    path.chmod(0o755)
    return str(path)


def test_every_setting_is_shown_with_where_it_comes_from(terminal: Terminal) -> None:
    found = terminal.autopilot("config", "show", "--json").json()
    rows = {row["key"]: row for row in found["settings"]}
    assert found["digest"] == digest(read_config(terminal.config))
    assert (rows["canary.duration"]["value"], rows["canary.duration"]["from"]) == (60, "file")
    assert rows["canary.duration"]["default"] == 3600
    assert (rows["canary.alpha"]["value"], rows["canary.alpha"]["from"]) == (0.05, "default")


def test_one_setting_or_what_differs_can_be_asked_for(terminal: Terminal) -> None:
    one = terminal.autopilot("config", "show", "canary.duration").out.splitlines()
    assert [line.split() for line in one[1:]] == [
        ["setting", "value", "from", "default"],
        ["canary.duration", "60", "file", "3600"],
    ]
    changed = terminal.autopilot("config", "show", "canary", "--changed").out
    assert "canary.lease" in changed
    assert "canary.alpha" not in changed
    wrong = terminal.autopilot("config", "show", "canary.duraton")
    assert (wrong.code, wrong.error()) == (2, "no setting 'canary.duraton' here; did you mean 'canary.duration'?")


def test_a_dry_run_shows_difference_and_consequences_and_writes_nothing(terminal: Terminal) -> None:
    before = terminal.config.read_bytes()
    changes = ("--set", "canary.duration=2m", "--set", "schedule.cycle=daily 04:00", "--unset", "canary.warmup")
    found = terminal.autopilot("config", "edit", *changes, *REASON, "--dry-run")
    assert found.code == 0
    for line in ("-  duration: 60", "+  duration: 2m", "-  warmup: 1", "mind: cycle: daily 04:00, next at "):
        assert line in found.out
    assert found.out.endswith("(3 settings differ); nothing was done\n")
    assert terminal.config.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--set", "canary.duration=long"), "canary.duration: 'long' is not a duration"),
        (("--set", "canary.durations=5m"), "did you mean 'duration'?"),
        (("--set", "canary.duration"), "write KEY=VALUE"),
        (("--unset", "canary.alpha"), "nothing to remove"),
        (("--set", "kpis.primary={"), "is no YAML value"),
    ],
)
def test_what_is_wrong_is_told_and_never_written(terminal: Terminal, arguments: tuple[str, ...], said: str) -> None:
    before = terminal.config.read_bytes()
    found = terminal.autopilot("config", "edit", *arguments, *REASON, "--yes")
    assert (found.code, said in found.error()) == (2, True)
    assert terminal.config.read_bytes() == before


def test_what_contradicts_the_golden_cases_is_not_written_unless_they_could_not_be_read_before(
    terminal: Terminal, tmp_path: Path
) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(
        "cases: [{name: dear, input: {}, parameters: {price: 1.4}, expect: {equals: 1}}]", encoding="utf-8"
    )
    golden = ("--set", f"golden={{callable: builtins:dict, cases: {cases}}}")
    assert terminal.autopilot("config", "edit", *golden, *REASON, "--yes").code == 0
    before = terminal.config.read_bytes()
    narrow = ("config", "edit", "--set", "parameters.price.high=1.3", *REASON, "--yes")
    found = terminal.autopilot(*narrow)
    assert found.code == 2
    assert "case 'dear': parameter price: 1.4 is outside hard bounds [0.5, 1.3]" in found.error()
    assert "take such cases out" in found.error()
    assert terminal.config.read_bytes() == before
    cases.unlink()
    assert terminal.autopilot(*narrow).code == 0


def test_without_a_terminal_it_wants_yes_and_always_a_reason(terminal: Terminal) -> None:
    asked = terminal.autopilot("config", "edit", "--set", "canary.duration=2m", *REASON)
    assert (asked.code, "--yes" in asked.error()) == (2, True)
    unsaid = terminal.autopilot("config", "edit", "--set", "canary.duration=2m", "--yes")
    assert (unsaid.code, "--reason" in unsaid.err) == (2, True)


def test_a_running_controller_takes_it_over_and_the_journal_names_the_one_who_did_it(terminal: Terminal) -> None:
    terminal.config.chmod(0o640)
    with running(read_config(terminal.config), place(terminal.state), source=lambda: read_config(terminal.config)):
        found = terminal.autopilot("config", "edit", "--set", "canary.duration=2m", *REASON, "--yes", "--json").json()
        same = terminal.autopilot("config", "edit", "--set", "canary.duration=120", *REASON, "--yes", "--json").json()
        fixed = terminal.autopilot(
            "config", "edit", "--set", "prometheus.scrape_interval=2s", *REASON, "--dry-run", "--json"
        ).json()
    assert (found["controller"], found["changes"]) == ("reloaded", ["canary.duration: 60 -> 120"])
    assert same["controller"] == "same"
    assert "a running controller will not take it over" in fixed["follows"][0]
    (change,) = told(terminal)
    assert (change.digest, change.reason) == (found["digest"], "as agreed")
    assert change.digest == digest(read_config(terminal.config))
    assert stat.S_IMODE(terminal.config.stat().st_mode) == 0o640


def test_without_a_controller_it_holds_when_one_starts(terminal: Terminal) -> None:
    edit = ("config", "edit", "--set", "canary.duration=2m", *REASON, "--yes")
    assert "no controller has run here yet" in terminal.autopilot(*edit).out
    with Journal(place(terminal.state).journal, "test"):
        pass
    assert "event 1 by " in terminal.autopilot(*edit[:3], "canary.duration=3m", *edit[4:]).out
    assert read_config(terminal.config).canary.duration == 180


def test_the_editor_of_the_user_is_used_and_its_draft_goes_when_it_is_done(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "VISUAL", editor(tmp_path, "path.write_text(path.read_text().replace('duration: 60', 'duration: 90'))")
    )
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(drafts))
    found = terminal.autopilot("config", "edit", *REASON, "--yes")
    assert (found.code, found.err) == (0, "")
    assert read_config(terminal.config).canary.duration == 90
    assert list(drafts.iterdir()) == []
    assert "nothing differs" in terminal.autopilot("config", "edit", *REASON, "--yes").out


@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        (
            "path.write_text(path.read_text().replace('duration: 60', 'duration: soon'))",
            2,
            "canary.duration: 'soon' is not",
        ),
        ("path.write_text('typed'); sys.exit(3)", 2, "ended with 3"),
        (
            "pathlib.Path(CONFIG).write_text('other'); path.write_text(path.read_text() + '# typed')",
            4,
            "by somebody else",
        ),
    ],
)
def test_what_was_typed_is_kept_when_it_cannot_be_used(
    terminal: Terminal, tmp_path: Path, script: str, code: int, said: str
) -> None:
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VISUAL", editor(tmp_path, f"CONFIG = {str(terminal.config)!r}\n{script}"))
        patch.setattr("tempfile.tempdir", str(drafts))
        found = terminal.autopilot("config", "edit", *REASON, "--yes")
    assert (found.code, said in found.err) == (code, True)
    (draft,) = drafts.iterdir()
    assert str(draft) in found.err
    assert "soon" in draft.read_text(encoding="utf-8") or "typed" in draft.read_text(encoding="utf-8")


def test_no_editor_is_told(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("VISUAL", "no-such-editor")
    found = terminal.autopilot("config", "edit", *REASON, "--yes")
    assert (found.code, "set VISUAL or EDITOR" in found.error()) == (2, True)


def test_a_file_that_is_broken_can_be_mended_in_the_editor(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = terminal.config.read_text(encoding="utf-8")
    terminal.config.write_text(good.replace("duration: 60", "duration: soon"), encoding="utf-8")
    monkeypatch.setenv("VISUAL", editor(tmp_path, "path.write_text(path.read_text().replace('soon', '60'))"))
    assert terminal.autopilot("config", "edit", *REASON, "--yes").code == 0
    assert terminal.config.read_text(encoding="utf-8") == good


def test_at_a_terminal_a_mistake_can_be_mended_at_once(terminal: Terminal, tmp_path: Path) -> None:
    twice = (
        "text = path.read_text()\n"
        "old, new = ('soon', '90') if 'soon' in text else ('duration: 60', 'duration: soon')\n"
        "path.write_text(text.replace(old, new))"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VISUAL", editor(tmp_path, twice))
        code, shown = at_terminal("autopilot", "config", "edit", *REASON, *terminal.place, typed="y\ny\n")
    assert code == 0
    for said in ("'soon' is not a duration", "Edit it again?", "(1 setting differs). Go on?", "is written"):
        assert said in shown.replace("\r\n", "")
    assert read_config(terminal.config).canary.duration == 90
