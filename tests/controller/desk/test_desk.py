"""The operator's desk, with and without a running controller."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry

from controller.adapters.clock import Clock
from controller.adapters.config_file import parse_config
from controller.adapters.history import History
from controller.desk import ask
from controller.desk.ask import CycleAnswer, answered_with
from controller.desk.desk import Desk
from controller.errors import ConfigError, ConflictError, IntegrityError, UnavailableError
from controller.journal import event as ev
from controller.journal.event import Event
from controller.live_store import live_store
from controller.log import silent
from controller.place import Place
from controller.process import Process
from exporter.parameters import Values
from tests.controller.config.test_choices import MODE
from tests.controller.running import QUICK, place, quick, running, wait_for
from tests.controller.world import SETTINGS, configuration, settings


def _desk(folder: Path) -> Desk:
    return Desk(quick(), place(folder), Clock(), "ann")


def _kinds(events: list[Event]) -> list[str]:
    return [event.payload.kind for event in events]


def _done(told: list[Event]) -> list[Event]:
    """Return what was told besides waiting: on a busy machine the time to wait may be over before it began."""
    return [event for event in told if event.payload.kind != "phase_held"]


def test_where_nothing_ever_ran_there_is_nothing(tmp_path: Path) -> None:
    desk = _desk(tmp_path / "never")
    assert desk.state().seq == 0
    assert desk.holder() is None
    with pytest.raises(ConfigError, match="no journal; no controller has run here"):
        desk.verify()
    assert not (tmp_path / "never").exists()


def test_the_controllers_own_folder_is_told_from_the_one_above_it(tmp_path: Path) -> None:
    with running(quick(), place(tmp_path)):
        pass
    own = place(tmp_path).state
    with pytest.raises(ConfigError, match=f"is the controller's own folder.* give `--state {tmp_path}`$"):
        _desk(own).require_journal()
    own.rename(tmp_path / "autopilot")
    with pytest.raises(ConfigError, match=r"and call the controller's folder controller, not autopilot$"):
        _desk(tmp_path / "autopilot").require_journal()


def test_without_a_controller_the_desk_runs_the_cycle_itself(tmp_path: Path) -> None:
    desk, told = _desk(tmp_path), list[Event]()
    end = desk.cycle({"price": 1.2}, "try it", told.append)
    assert (end.cycle, end.outcome) == (1, "held")
    assert "Prometheus gave no answer" in end.reason
    assert _kinds(_done(told)) == ["cycle_started", "cycle_ended"]
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
    with Process(quick(), desk.place, clock=Clock(), log=silent, registry=CollectorRegistry()) as process:
        process.submit(ev.CycleRequested(), "bob")
        process.run(until=lambda state: state.phase == "observing")
    end = desk.cycle({"price": 1.2}, "mine", told.append)
    assert end.cycle == 2
    done = _done(told)
    assert _kinds(done) == ["cycle_ended", "cycle_started", "cycle_ended"]
    assert isinstance(done[1].payload, ev.CycleStarted)
    assert done[1].payload.forced == {"price": 1.2}


def test_a_rollback_is_done_here_when_the_controller_goes_away_before_it_was(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place) as found:
        found.process.stop.set()
        found.thread.join()
        timer = threading.Timer(0.5, found.process.journal.release)
        timer.start()
        done = desk.rollback(desk.state().version, "because")
        timer.join()
    events = desk.events()
    (asked,) = [event for event in events if isinstance(event.payload, ev.RollbackRequested)]
    assert (done.request, done.by) == (asked.seq, "ann")
    assert not desk.state().wanted


def test_a_pause_says_which_one_it_takes_the_place_of_and_which_stay(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        pass
    assert "place" not in desk.plan_pause("lunch").effect
    desk.pause("the migration")
    shorter = desk.plan_pause("lunch", 3600.0).effect
    assert shorter.endswith(" UTC, in place of a pause that had no end (paused by ann: the migration)")
    desk.pause("lunch", 3600.0)
    desk.submit(ev.DriftDetected(cause="failures", action="pause", reason="3", value=3.0, threshold=3.0, strikes=1))
    longer = desk.plan_pause("the migration").effect
    assert "in place of a pause that lasted until 20" in longer
    assert longer.endswith(" (paused besides: drift: 3)")


def test_a_change_is_done_only_when_the_live_file_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "CONFIRM", 0.1)
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        pass
    version = desk.state().version
    desk.confirm(version)
    desk.place.parameters.write_bytes(b"{}")
    desk.confirm("f" * 64)  # something later is in force
    with pytest.raises(UnavailableError, match=r"is in force in the journal, but .*live.json does not say so"):
        desk.confirm(version)


def test_a_controller_that_hangs_is_not_said_to_have_stopped(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        desk.place.parameters.unlink()
        desk.place.parameters.mkdir()  # it can do nothing more
        with pytest.raises(UnavailableError, match="the controller runs, but has not answered in 1 s"):
            desk.follow(desk.state().seq, lambda _event: None, ask.silent, 1.0)
        desk.place.parameters.rmdir()


def test_a_cycle_that_a_controller_leaves_stands_in_the_journal(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place) as found:
        found.process.stop.set()
        found.thread.join()
        timer = threading.Timer(0.5, found.process.journal.release)
        timer.start()
        with pytest.raises(UnavailableError, match="the request stands in the journal"):
            desk.cycle(None, "x", lambda _event: None)
        timer.join()
    assert desk.state().requested is not None


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
    assert desk.pause("night").actor == "ann"
    with pytest.raises(
        ConflictError, match=r'paused \(paused by ann: night\); `vvtvctl autopilot resume --reason "\.\.\."`'
    ):
        desk.cycle(None, "", print)
    resumed = desk.resume("day")
    assert resumed is not None
    assert (resumed.actor, desk.resume("twice")) == ("ann", None)
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
        desk.pause(os.fsdecode(b"\xff"))
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
    with closing(sqlite3.connect(desk.place.journal)) as journal, journal:
        journal.execute("UPDATE lease SET expires_at = expires_at + 3600")  # nobody waits for that
    with running(quick(), desk.place) as found:
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
    with pytest.raises(IntegrityError, match="is missing, which was adopted at event 2; restore"):
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
    assert live_store(desk.config, where).current() is not None


def _versions(desk: Desk) -> str:
    """Deploy another price, and return the version before it."""
    with running(desk.config, desk.place):
        pass
    before = desk.state().version
    done = desk.deploy({"price": 1.3}, "sale")
    assert (done.values["price"], done.by, desk.state().values["price"]) == (1.3, "ann", 1.3)
    return before


def test_a_version_from_before_a_parameter_existed_keeps_that_parameters_value(tmp_path: Path) -> None:
    before = _versions(_desk(tmp_path))
    newer = configuration(canary=QUICK, parameters={**SETTINGS["parameters"], "mode": MODE})
    desk = Desk(newer, place(tmp_path), Clock(), "ann")
    desk.deploy({"mode": "bold"}, "louder")
    plan = desk.plan_rollback(before[:8], "back")
    assert "price 1.3 -> 1 (mode did not exist then and stays as it is)" in plan.effect
    assert desk.rollback(before[:8], "back").values == {"price": 1.0, "batch": 5, "mode": "bold"}


def test_a_version_with_a_parameter_that_is_gone_is_refused(tmp_path: Path) -> None:
    before = _versions(_desk(tmp_path))
    parameters = {"price": SETTINGS["parameters"]["price"]}
    desk = Desk(
        parse_config(yaml.safe_dump({**settings(canary=QUICK), "parameters": parameters}), Path("x")),
        place(tmp_path),
        Clock(),
        "ann",
    )
    with pytest.raises(ConfigError, match=r"unknown parameter 'batch'.*; it cannot come back into force"):
        desk.rollback(before[:8], "back")


def test_what_a_controller_refuses_is_raised_with_its_reason(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        request = ev.DeployRequested(values={"price": 9.0}, reason="past the plan")
        with pytest.raises(ConflictError, match="outside hard bounds"):
            desk.ask(request, answered_with(ev.Deployed))
    with pytest.raises(ConflictError, match="outside hard bounds"):  # and by a controller of one's own
        desk.ask(request, answered_with(ev.Deployed))
    assert not desk.state().wanted


def test_a_cycle_that_an_emergency_made_void_is_said_to_be(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    with running(quick(), desk.place):
        pass
    answer = CycleAnswer(1)
    stopped = desk.emergency_pause("fire")
    assert stopped.event is not None
    with pytest.raises(ConflictError, match="stopped the autopilot before the cycle began: fire; the request is void"):
        answer(stopped.event)
    with pytest.raises(ConflictError, match="emergency pause by ann: fire"):
        desk.cycle(None, "x", print)
