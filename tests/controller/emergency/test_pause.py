"""An emergency pause, whatever state controller, configuration, journal and disk are in."""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from controller.adapters.clock import Clock
from controller.adapters.history import History
from controller.desk.desk import Desk
from controller.emergency import note as emergency_note
from controller.emergency.file import Held, hold, is_uniform, read
from controller.emergency.pause import Emergency, InLine, Stopped
from controller.errors import ConfigError, IntegrityError, StorageError
from exporter.parameters import LiveParameters, Values, uniform
from tests.controller.running import QUICK, place, quick, running, wait_for
from tests.controller.safety.stack import stop
from tests.controller.world import settings

ROOT = os.geteuid() == 0


def _document(canary: float | None = 1.2) -> LiveParameters:
    base = uniform({"price": 1.0, "batch": 5}, "shop", {"canary": 0.1, "baseline": 0.1, "control": 0.8})
    if canary is None:
        return base
    arms: dict[str, Values] = {**base.arms, "canary": {"price": canary, "batch": 5}}
    return replace(base, arms=arms, canary="cycle-9", expires_at=4e9, written_at=1.0)


def _write(path: Path, live: LiveParameters) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(live.document()), encoding="utf-8")


def _desk(folder: Path) -> Desk:
    return Desk(quick(), place(folder), Clock(), "ann")


def _broken() -> Held:
    raise ConfigError("autopilot.yaml: line 3: no such key")


def _hidden() -> Held:
    raise PermissionError(errno.EACCES, "Permission denied", "config/autopilot.yaml")


def _stop(desk: Desk, in_line: InLine = _broken) -> Stopped:
    """Stop everything without a configuration that can be read."""
    return Emergency(desk.place, desk.clock, "ann", "fire", time.monotonic()).stop(in_line)


def test_the_live_file_alone_is_enough_to_give_every_arm_control_values(tmp_path: Path) -> None:
    path = tmp_path / "live.json"
    _write(path, _document())
    held = hold(path, tmp_path / "history", "fire", 2000.0)
    live = read(path)
    assert live is not None
    assert (held.uniform, held.warning) == (True, "")
    assert is_uniform(live)
    assert (live.arms["canary"], live.weights["control"]) == ({"price": 1.0, "batch": 5}, 0.8)
    (version,) = History(tmp_path / "history").list()
    assert (version.version, version.note) == (live.version, "fire")
    before = path.read_bytes()
    assert "already" in hold(path, tmp_path / "history", "fire", 3000.0).text
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", ["{half", "[]", '{"format": 1}', "\x00"])
def test_a_live_file_that_is_no_document_is_said_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "live.json"
    path.write_text(content, encoding="utf-8")
    held = hold(path, tmp_path / "history", "fire", 2000.0)
    assert not held.uniform
    assert "no valid document" in held.text
    assert path.read_text(encoding="utf-8") == content


def test_without_a_live_file_there_is_no_canary_to_end(tmp_path: Path) -> None:
    assert hold(tmp_path / "none.json", tmp_path / "history", "fire", 1.0).uniform


def test_an_altered_history_does_not_keep_the_live_file_from_being_held(tmp_path: Path) -> None:
    path, history = tmp_path / "live.json", tmp_path / "history"
    _write(path, _document())
    history.write_text("a file where the folder should be", encoding="utf-8")
    held = hold(path, history, "fire", 2000.0)
    assert held.uniform
    assert "does not stand in history" in held.warning


@contextmanager
def _controller(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a controller in a process of its own, with a canary in its live file."""
    config, where = folder / "shop.yaml", place(folder)
    config.write_text(yaml.safe_dump(settings(canary=QUICK)))
    arguments = ("--config", str(config), "--state", str(where.state), "--parameters", str(where.parameters))
    command = (sys.executable, "-m", "controller.cli.main", "controller", "run", *arguments, "--port", "0")
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: (state := _desk(folder).state()).version and state.owner)
        yield child
    finally:
        child.send_signal(signal.SIGCONT)
        child.terminate()
        child.wait()


def _paused_while_it_hangs(folder: Path) -> float:
    """Pause with a controller that hangs, let it go on, and start anew; return after how many seconds it was so."""
    folder.mkdir()
    desk = _desk(folder)
    with _controller(folder) as child:
        wait_for(lambda: len(_desk(folder).events()) >= 3)
        stop(child, desk.place.journal)
        _write(desk.place.parameters, _document())
        stopped = desk.emergency_pause("fire")
        assert stopped.error is None
        assert stopped.effective is not None
        live = read(desk.place.parameters)
        assert live is not None
        assert is_uniform(live)
        child.send_signal(signal.SIGCONT)
        steps = time.monotonic() + 1.5
        while time.monotonic() < steps:
            live = read(desk.place.parameters)
            assert live is not None
            assert is_uniform(live)
    with running(quick(), desk.place) as found:  # a restart
        assert found.process.autopilot.state.emergency
        live = read(desk.place.parameters)
        assert live is not None
        assert is_uniform(live)
    return stopped.effective


def test_it_is_effective_within_a_second_with_a_controller_that_hangs_and_after_it_goes_on(tmp_path: Path) -> None:
    seconds: list[float] = []
    while not seconds or (seconds[-1] >= 1 and len(seconds) < 3):  # a disk or a core that others keep busy delays some
        seconds.append(_paused_while_it_hangs(tmp_path / str(len(seconds))))
    assert min(seconds) < 1


@pytest.mark.parametrize(("in_line", "why"), [(_broken, "line 3: no such key"), (_hidden, "Permission denied")])
def test_with_a_dead_controller_and_a_broken_configuration_it_holds_what_the_live_file_says(
    tmp_path: Path, in_line: InLine, why: str
) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        pass
    _write(desk.place.parameters, _document())
    stopped = _stop(desk, in_line)
    assert stopped.error is None
    assert stopped.event is not None
    assert [text for text in stopped.undone if why in text]
    live = read(desk.place.parameters)
    assert live is not None
    assert is_uniform(live)
    assert desk.state().emergency


def test_an_altered_live_file_is_written_anew_from_the_journal(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        pass
    desk.place.parameters.write_text("{half", encoding="utf-8")
    stopped = desk.emergency_pause("fire")
    assert stopped.error is None
    assert stopped.effective is not None
    assert desk.verify()["live"] == desk.state().version


def test_an_altered_live_file_and_no_configuration_is_said_not_to_be_in_force(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        pass
    desk.place.parameters.write_text("{half", encoding="utf-8")
    stopped = _stop(desk)
    assert isinstance(stopped.error, StorageError)
    assert stopped.effective is None
    assert desk.state().emergency  # the controller that comes next puts it right
    with running(quick(), desk.place):
        assert desk.verify()["live"] == desk.state().version


def test_a_damaged_journal_does_not_keep_the_live_file_from_being_held(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        pass
    for path in desk.place.state.glob("journal.db*"):
        path.write_bytes(b"no journal at all" * 300)
    _write(desk.place.parameters, _document())
    stopped = desk.emergency_pause("fire")
    assert isinstance(stopped.error, IntegrityError)
    assert stopped.effective is not None
    assert stopped.event is None
    assert any("does not stand in the journal" in text for text in stopped.undone)
    assert any("a note in" in text for text in stopped.done)
    live = read(desk.place.parameters)
    assert live is not None
    assert is_uniform(live)


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Return a desk whose journal a process holds that hangs, with a canary in the live file."""
    monkeypatch.setattr("controller.emergency.pause.PATIENCE", 0.1)
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        pass
    _write(desk.place.parameters, _document())
    lock = sqlite3.connect(desk.place.journal)
    lock.execute("BEGIN IMMEDIATE")
    yield desk
    lock.close()


def test_a_journal_that_a_hanging_process_holds_gets_a_note_that_the_next_controller_obeys(locked: Desk) -> None:
    stopped = locked.emergency_pause("fire")
    assert isinstance(stopped.error, StorageError)
    assert stopped.effective is not None
    assert stopped.effective < 1
    live = read(locked.place.parameters)
    assert live is not None
    assert is_uniform(live)
    assert not locked.state().emergency


def test_the_note_is_appended_once_whatever_it_says_before_a_controller_goes_on(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    desk.place.state.mkdir(parents=True)
    emergency_note.leave(desk.place, "bob", "fire")
    with running(quick(), desk.place) as found:
        (pause,) = desk.state().pauses.values()
        assert (pause.cause, pause.actor, pause.reason) == ("emergency", "bob", "fire")
        assert found.process.autopilot.state.emergency
        assert not emergency_note.path_of(desk.place).exists()
        desk.resume("out")
        emergency_note.path_of(desk.place).write_bytes(b"{half")
        wait_for(lambda: desk.state().emergency)
    assert "cannot be read" in (desk.state().paused or "")


def test_a_full_disk_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        pass
    _write(desk.place.parameters, _document())

    def full(*_given: object, **_named: object) -> None:
        raise StorageError("no space left on the device")

    monkeypatch.setattr("controller.emergency.pause.Journal.submit", full)  # a disk that is full cannot be made here
    monkeypatch.setattr("controller.emergency.note.write_atomic", full)
    stopped = desk.emergency_pause("fire")
    assert isinstance(stopped.error, StorageError)
    assert stopped.effective is not None
    assert any("make the journal writable, and repeat this command" in text for text in stopped.undone)
    assert not desk.state().emergency


@pytest.mark.skipif(ROOT, reason="root may write anywhere")
def test_a_live_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        pass
    _write(desk.place.parameters, _document())
    desk.place.parameters.parent.chmod(0o500)
    try:
        stopped = desk.emergency_pause("fire")
    finally:
        desk.place.parameters.parent.chmod(0o700)
    assert isinstance(stopped.error, StorageError)
    assert stopped.effective is None
    assert desk.state().emergency


@pytest.mark.skipif(ROOT, reason="root may look anywhere")
def test_a_folder_of_the_journal_that_nobody_lets_us_look_into_does_not_keep_the_live_file_from_being_held(
    tmp_path: Path,
) -> None:
    desk = _desk(tmp_path)
    desk.place.history.mkdir(parents=True)
    desk.place.journal.touch()
    _write(desk.place.parameters, _document())
    desk.place.state.chmod(0)
    try:
        stopped = _stop(desk)
    finally:
        desk.place.state.chmod(0o700)
    assert isinstance(stopped.error, StorageError)
    assert stopped.effective is not None
    live = read(desk.place.parameters)
    assert live is not None
    assert is_uniform(live)


def test_a_journal_that_does_not_say_yet_which_values_are_in_force_leaves_those_of_the_live_file(
    tmp_path: Path,
) -> None:
    desk = _desk(tmp_path)
    _write(desk.place.parameters, _document())
    stopped = desk.emergency_pause("all stop")
    assert stopped.error is None
    assert "no controller has said yet which values are in force" in " ".join(stopped.undone)
    live = read(desk.place.parameters)
    assert live is not None
    assert is_uniform(live)
    assert live.arms["control"] == {"price": 1.0, "batch": 5}
