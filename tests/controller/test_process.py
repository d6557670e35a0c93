"""The controller as a process: its lease, its HTTP, and what it holds instead of dying."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path

import pytest
import requests
from prometheus_client import CollectorRegistry

from controller import process as process_
from controller.adapters.clock import Clock
from controller.errors import ConflictError, FencedError, StorageError
from controller.journal import event as ev
from controller.journal.store import Journal
from controller.process import Process
from exporter.names import WEBHOOK_PATH
from exporter.parameters import parse
from tests.controller.running import QUICK, place, quick, running, strict_json, wait_for
from tests.controller.world import configuration

NOTIFICATION = Path(__file__).parent / "api" / "notification.json"


class Shifted(Clock):
    """The clock, some seconds off."""

    def __init__(self) -> None:
        self.shift = 0.0
        super().__init__()

    def now(self) -> float:
        """Return the shifted time."""
        return super().now() + self.shift


def test_a_controller_takes_the_lease_writes_the_live_file_and_ends_in_good_order(tmp_path: Path) -> None:
    config, where, now = quick(), place(tmp_path), Clock().now
    with running(config, where) as found:
        live = parse(where.parameters.read_bytes(), config.specs)
        assert live.arms["control"] == {"price": 1.0, "batch": 5}
        assert found.process.journal.holder(now()) is not None
    with Journal(where.journal, "reader") as journal:
        assert [event.payload.kind for event in journal.read()] == [
            "controller_started",
            "adopted",
            "controller_stopped",
        ]
        assert journal.holder(now()) is None
    assert found.error is None
    assert found.log[-1] == "stopped"


def test_its_http_serves_metrics_status_and_the_webhook(tmp_path: Path) -> None:
    with running(quick(), place(tmp_path)) as found, found.process.server(0) as server:
        base = f"http://{server.host}:{server.port}"
        assert requests.get(f"{base}/healthz", timeout=5).text == "ok\n"
        shown = strict_json(requests.get(f"{base}/api/status", timeout=5).text)
        assert (shown["phase"], shown["values"]) == ("idle", {"price": 1.0, "batch": 5})
        assert shown["controller"]
        text = requests.get(f"{base}/metrics", timeout=5).text
        assert 'vvtv_autopilot_phase{phase="idle"} 1.0' in text
        assert 'vvtv_parameter_bound{parameter="price",side="high"} 1.5' in text
        body = json.loads(NOTIFICATION.read_text())
        assert requests.post(f"{base}{WEBHOOK_PATH}", json=body, timeout=5).status_code == 200
        wait_for(lambda: found.process.autopilot.state.incidents)
        assert "vvtv_autopilot_incidents_total 1.0" in requests.get(f"{base}/metrics", timeout=5).text


def test_an_alert_that_ends_while_a_step_takes_long_is_not_missed(tmp_path: Path) -> None:
    body = json.loads(NOTIFICATION.read_text())
    made = Process(quick(), place(tmp_path), clock=Clock(), log=print, registry=CollectorRegistry())
    with made as found, found.server(0) as server:  # no step is done at all
        url = f"http://{server.host}:{server.port}{WEBHOOK_PATH}"
        for status in ("firing", "firing", "resolved"):
            body["alerts"][0]["status"] = status
            assert requests.post(url, json=body, timeout=5).status_code == 200
        kinds = [event.payload.kind for event in found.journal.read(after=2)]
        assert kinds == ["alert_firing", "alert_resolved"]


def test_a_second_controller_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    with running(quick(), place(tmp_path)) as first:
        seq = first.process.autopilot.state.seq
        with pytest.raises(ConflictError, match="another controller"), running(quick(), place(tmp_path)):
            pass
        assert len(first.process.journal.read()) == seq
    with running(quick(), place(tmp_path)) as second:
        assert second.process.autopilot.state.owner == second.process.journal.writer


def test_the_lease_is_kept_while_a_step_waits_for_a_slow_prometheus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_, "LEASE", 0.5)
    monkeypatch.setattr(process_, "RENEW", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config = configuration(canary=QUICK, prometheus={"url": url, "timeout": 1.5})
        with running(config, place(tmp_path)) as found:
            found.process.submit(ev.CycleRequested(), "ann")
            wait_for(lambda: found.process.autopilot.state.phase == "observing")
            seq, free = found.process.autopilot.state.seq, 0
            for _ in range(12):
                threading.Event().wait(0.1)
                free += found.process.journal.holder(Clock().now()) is None
            assert found.process.autopilot.state.seq == seq  # one step, all the time
            assert free == 0


def test_one_that_lost_the_journal_ends(tmp_path: Path) -> None:
    where = place(tmp_path)
    with running(quick(), where) as found:
        with Journal(where.journal, "usurper") as journal:
            journal.submit(ev.ControllerStarted(pid=1, host="elsewhere"), at=Clock().now(), actor="autopilot")
            wait_for(lambda: not found.thread.is_alive())
        assert isinstance(found.error, FencedError)
        live = where.parameters.read_text()
    assert where.parameters.read_text() == live
    assert found.logged("could not say so in the journal")


def test_a_live_file_that_cannot_be_written_is_held_and_tried_again(tmp_path: Path) -> None:
    where = place(tmp_path)
    with running(quick(), where) as found:
        where.parameters.unlink()
        where.parameters.mkdir()
        wait_for(lambda: found.logged("held: cannot write"))
        where.parameters.rmdir()
        wait_for(where.parameters.is_file)
        assert found.thread.is_alive()
    assert len([line for line in found.log if line.startswith("held: ")]) == 1  # said once, not every second


def test_a_state_folder_that_cannot_be_used_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "controller").write_text("a file")
    with pytest.raises(StorageError, match="choose a writable one"), running(quick(), place(tmp_path)):
        pass


def test_a_clock_that_jumps_is_said_and_survived(tmp_path: Path) -> None:
    clock = Shifted()
    with running(quick(), place(tmp_path), clock) as found:
        clock.shift = 3600
        wait_for(lambda: found.logged("the clock jumped by +3600"))
        found.process.submit(ev.PauseRequested(reason="later"), "ann")
        wait_for(lambda: found.process.autopilot.state.paused)
        clock.shift = 0
        wait_for(lambda: found.logged("before the journal's last event"))
        assert found.thread.is_alive()
        clock.shift = 3700
        found.process.submit(ev.ResumeRequested(), "ann")
        wait_for(lambda: found.process.autopilot.state.paused is None)
