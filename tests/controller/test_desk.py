"""The operator's desk, with and without a running controller."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry

from controller import wiring
from controller.adapters.clock import Clock
from controller.adapters.history import History
from controller.desk import Desk, paused, resumed
from controller.errors import ConfigError, ConflictError, IntegrityError, UnavailableError
from controller.journal import event as ev
from controller.journal.event import Event
from controller.process import Process
from controller.wiring import Place
from exporter.parameters import Values
from tests.controller.running import QUICK, place, quick, running, wait_for
from tests.controller.world import settings


def _desk(folder: Path) -> Desk:
    return Desk(quick(), place(folder), Clock(), "ann")


def _kinds(events: list[Event]) -> list[str]:
    return [event.payload.kind for event in events]


def test_where_nothing_ever_ran_there_is_nothing(tmp_path: Path) -> None:
    desk = _desk(tmp_path / "never")
    assert desk.state().seq == 0
    assert desk.holder() is None
    with pytest.raises(ConfigError, match="no journal; no controller has run here"):
        desk.verify()
    assert not (tmp_path / "never").exists()


def test_without_a_controller_the_desk_runs_the_cycle_itself(tmp_path: Path) -> None:
    desk, told = _desk(tmp_path), list[Event]()
    end = desk.cycle({"price": 1.2}, "try it", told.append)
    assert (end.cycle, end.outcome) == (1, "held")
    assert "Prometheus gave no answer" in end.reason
    assert _kinds(told) == ["cycle_started", "cycle_ended"]
    state = desk.state()
    assert (state.owner, state.outcomes) == ("", {"held": 1})
    assert desk.holder() is None
    assert desk.verify()["versions"] == 1


def test_with_a_controller_the_desk_asks_it(tmp_path: Path) -> None:
    desk, told = _desk(tmp_path), list[Event]()
    with running(quick(), desk.place) as found:
        end = desk.cycle(None, "", told.append)
        assert (end.cycle, end.outcome) == (1, "held")
        started = next(event for event in told if isinstance(event.payload, ev.CycleStarted))
        assert started.writer == found.process.journal.writer
        version = desk.state().version
        done = desk.rollback(version[:8], "because")
        assert (done.version, done.reason) == (version, "because")


def test_a_cycle_that_was_interrupted_ends_first_and_is_not_taken_for_the_answer(tmp_path: Path) -> None:
    desk, told = _desk(tmp_path), list[Event]()
    with Process(quick(), desk.place, clock=Clock(), log=print, registry=CollectorRegistry()) as process:
        process.submit(ev.CycleRequested(), "bob")
        process.run(until=lambda state: state.phase == "observing")
    end = desk.cycle({"price": 1.2}, "mine", told.append)
    assert end.cycle == 2
    assert _kinds(told) == ["cycle_ended", "cycle_started", "cycle_ended"]
    assert isinstance(told[1].payload, ev.CycleStarted)
    assert told[1].payload.forced == {"price": 1.2}


def test_a_controller_that_goes_away_is_noticed_and_the_request_stands(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place) as found:
        found.process.stop.set()
        found.thread.join()
        timer = threading.Timer(0.5, found.process.journal.release)
        timer.start()
        with pytest.raises(UnavailableError, match="the request stands in the journal"):
            desk.rollback(desk.state().version, "")
        timer.join()
    with running(quick(), desk.place):
        wait_for(lambda: desk.state().rollback is None)
        assert desk.state().last_at


def test_what_is_not_possible_is_refused_before_it_is_asked(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    wrong: tuple[tuple[Values, str], ...] = (
        ({"prise": 1.0}, "did you mean 'price'"),
        ({"price": 9.0}, "outside hard bounds"),
        ({"price": "much"}, "is not a number"),
    )
    for forced, said in wrong:
        with pytest.raises(ConfigError, match=said):
            desk.cycle(forced, "", print)
    with pytest.raises(ConfigError, match="no version begins with"):
        desk.rollback("abcdef", "")
    assert not desk.place.journal.exists()
    assert desk.submit(paused("night")).actor == "ann"
    with pytest.raises(ConflictError, match=r"paused \(night\)"):
        desk.cycle(None, "", print)
    desk.submit(resumed(""))
    assert desk.cycle(None, "", print).outcome == "held"


def test_a_cycle_under_way_is_not_interrupted_by_another(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place) as found:
        found.process.submit(ev.CycleRequested(), "bob")
        wait_for(lambda: found.process.autopilot.state.phase == "observing")
        with pytest.raises(ConflictError, match="cycle 1 is under way"):
            desk.cycle(None, "", print)


def test_text_that_is_not_utf_8_is_refused_and_the_journal_stays_readable(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with pytest.raises(ConfigError, match="not UTF-8"):
        desk.submit(paused(os.fsdecode(b"\xff")))
    assert desk.state().seq == 0


def test_a_holder_that_was_killed_is_replaced_at_once(tmp_path: Path) -> None:
    desk, config = _desk(tmp_path), tmp_path / "shop.yaml"
    config.write_text(yaml.safe_dump(settings(canary=QUICK)))
    arguments = ("--config", str(config), "--state", str(desk.place.state), "--parameters", str(desk.place.parameters))
    command = (sys.executable, "-m", "controller.cli.main", "controller", "run", *arguments, "--port", "0")
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: desk.holder() is not None and desk.state().version)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert desk.holder() is None
    before = Clock().now()
    with running(quick(), desk.place) as found:
        assert Clock().now() - before < 3  # its lease had 7 s or more to go
        assert found.process.autopilot.state.owner == found.process.journal.writer
    assert [event.kind for event in (e.payload for e in found.process.journal.read())].count("controller_started") == 2


def test_an_order_about_a_canary_is_checked_given_and_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = _desk(tmp_path)
    order = ev.CanaryRejected(canary="cycle-1", reason="ugly")
    with running(quick(), desk.place) as found:
        before = desk.state().seq
        with pytest.raises(ConflictError, match="canary cycle-1 is not under way: the autopilot is idle"):
            desk.order(order)
        assert desk.state().seq == before
        monkeypatch.setattr(Desk, "refused", lambda _desk, _order: None)  # as if it ended just after it was checked
        with pytest.raises(ConflictError, match="canary cycle-1 is not under way: the autopilot is idle"):
            desk.order(order)
        assert _kinds(list(desk.events(before))) == ["canary_rejected", "canary_order_refused"]
        found.process.stop.set()
        found.thread.join()
    given, done = desk.order(order)
    assert (given.actor, done) == ("ann", None)
    assert [waiting.seq for waiting in desk.state().orders] == [given.seq]
    with running(quick(), desk.place):
        wait_for(lambda: not desk.state().orders)
    assert isinstance(desk.events()[-1].payload, ev.ControllerStopped)


def _sound(folder: Path) -> tuple[Desk, Place]:
    desk = _desk(folder)
    desk.cycle(None, "", lambda _event: None)
    assert desk.verify()["live"] == desk.state().version
    return desk, desk.place


def test_verify_finds_what_was_altered(tmp_path: Path) -> None:
    desk, where = _sound(tmp_path)
    text = where.parameters.read_text()
    where.parameters.write_text(text.replace("1.0", "1.1"))
    with pytest.raises(IntegrityError, match="missing or not a valid document"):
        desk.verify()
    where.parameters.write_text(text)
    (version,) = History(where.history).list()
    record = json.loads(version.path.read_text())
    version.path.unlink()
    with pytest.raises(IntegrityError, match="does not stand in history"):
        desk.verify()
    record["content"]["salt"] = "other"
    version.path.write_text(json.dumps(record))
    with pytest.raises(IntegrityError, match="it was altered"):
        desk.verify()


def test_a_history_that_was_lost_is_made_good_by_the_next_controller(tmp_path: Path) -> None:
    desk, where = _sound(tmp_path)
    next(where.history.glob("*/*.json")).unlink()
    with running(quick(), where):
        pass
    assert desk.verify()["versions"] == 1
    assert wiring.live_store(desk.config, where).current() is not None
