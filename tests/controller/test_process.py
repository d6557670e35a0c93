"""The controller as a process: its lease, its HTTP, and what it holds instead of dying."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
import time
from pathlib import Path

import pytest
import requests
from prometheus_client import CollectorRegistry

from controller import heartbeat
from controller.adapters.clock import Clock
from controller.cycle.live import uniform_live
from controller.errors import ConflictError, FencedError, StorageError
from controller.health import Pulse
from controller.journal import event as ev
from controller.journal.store import Journal
from controller.live_store import live_store
from controller.log import silent
from controller.process import Process
from controller.who import holder
from exporter.names import WEBHOOK_PATH
from exporter.parameters import parse
from tests.controller.running import QUICK, Running, place, quick, running, strict_json, wait_for
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
            "config_loaded",
            "controller_stopped",
        ]
        assert journal.holder(now()) is None
    assert found.error is None
    assert found.log[-1] == "stopped"


def test_its_http_serves_metrics_status_and_the_webhook(tmp_path: Path) -> None:
    with running(quick(), place(tmp_path)) as found, found.process.server(0) as server:
        base = f"http://{server.host}:{server.port}"
        assert requests.get(f"{base}/healthz", timeout=30).text == "ok\n"
        shown = strict_json(requests.get(f"{base}/api/status", timeout=30).text)
        assert (shown["phase"], shown["values"]) == ("idle", {"price": 1.0, "batch": 5})
        assert shown["controller"]
        text = requests.get(f"{base}/metrics", timeout=30).text
        assert 'vvtv_autopilot_phase{phase="idle"} 1.0' in text
        assert 'vvtv_parameter_bound{parameter="price",side="high"} 1.5' in text
        body = json.loads(NOTIFICATION.read_text())
        assert requests.post(f"{base}{WEBHOOK_PATH}", json=body, timeout=30).status_code == 200
        wait_for(lambda: found.process.autopilot.state.incidents)
        assert "vvtv_autopilot_incidents_total 1.0" in requests.get(f"{base}/metrics", timeout=30).text


def test_an_alert_that_ends_while_a_step_takes_long_is_not_missed(tmp_path: Path) -> None:
    body = json.loads(NOTIFICATION.read_text())
    made = Process(quick(), place(tmp_path), clock=Clock(), log=silent, registry=CollectorRegistry())
    with made as found, found.server(0) as server:  # no step is done at all
        url = f"http://{server.host}:{server.port}{WEBHOOK_PATH}"
        for status in ("firing", "firing", "resolved"):
            body["alerts"][0]["status"] = status
            assert requests.post(url, json=body, timeout=30).status_code == 200
        kinds = [event.payload.kind for event in found.journal.read(after=3)]
        assert kinds == ["alert_firing", "alert_resolved"]


def test_a_second_controller_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    with running(quick(), place(tmp_path)) as first:
        seq = first.process.autopilot.state.seq
        with pytest.raises(ConflictError, match="another controller"), running(quick(), place(tmp_path)):
            pass
        assert len(first.process.journal.read()) == seq
    with running(quick(), place(tmp_path)) as second:
        assert second.process.autopilot.state.owner == second.process.journal.writer


def _wait_for_a_lease_at(moment: float, found: Running) -> None:
    wait_for(lambda: found.process.journal.holder(moment) is not None)


def test_the_lease_is_kept_while_a_step_waits_for_a_slow_prometheus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "RENEW", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config = configuration(canary=QUICK, prometheus={"url": url, "timeout": 60})
        with running(config, place(tmp_path)) as found:
            found.process.submit(ev.CycleRequested(), "ann")
            silent.settimeout(60)
            connection, _ = silent.accept()  # a step asks
            with silent, connection:  # after this nobody is there any more, and the step ends
                seq = found.process.autopilot.state.seq
                for _ in range(3):
                    over = Clock().now() + heartbeat.LEASE  # the end of what was leased until now
                    _wait_for_a_lease_at(over, found)
                assert found.process.autopilot.state.seq == seq  # one step, all the time


def test_a_pause_waits_for_one_time_out_of_a_prometheus_that_hangs_however_many_retries_there_are(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config = configuration(prometheus={"url": url, "timeout": 0.5, "retries": 10})
        with running(config, place(tmp_path)) as found:
            found.process.submit(ev.CycleRequested(), "ann")
            wait_for(lambda: found.process.autopilot.state.phase == "observing")
            found.process.submit(ev.PauseRequested(reason="wait"), "ann")
            wait_for(lambda: found.process.autopilot.state.paused is not None)


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


def _block(path: Path) -> None:
    """Put a folder where a file is that a controller keeps writing anew."""
    for _ in range(1000):
        path.unlink(missing_ok=True)
        with contextlib.suppress(FileExistsError):  # the controller was quicker
            return path.mkdir()
    raise AssertionError("never quick enough")


def test_a_live_file_that_cannot_be_written_is_held_and_tried_again(tmp_path: Path) -> None:
    where = place(tmp_path)
    with running(quick(), where) as found:
        _block(where.parameters)
        wait_for(lambda: found.logged("held: cannot write"))
        where.parameters.rmdir()
        wait_for(where.parameters.is_file)
        assert found.thread.is_alive()
    assert len([line for line in found.log if line.startswith("held: ")]) == 1  # said once, not every second


def test_a_journal_that_cannot_be_read_after_a_step_is_held_and_its_events_are_told_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(quick(), place(tmp_path)) as found:
        journal, failed = found.process.journal, threading.Event()
        read = journal.read

        def fails_once(after: int = 0) -> tuple[ev.Event, ...]:
            if after < found.process.autopilot.state.seq and not failed.is_set():  # what the step knows already
                failed.set()
                raise StorageError("disk I/O error")
            return read(after)

        monkeypatch.setattr(journal, "read", fails_once)
        found.process.submit(ev.PauseRequested(reason="release day"), "ann")
        wait_for(lambda: found.logged("pause_requested by ann"))
        assert found.thread.is_alive()
        assert found.logged("held: disk I/O error")


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


def test_it_is_ready_while_prometheus_is_away_and_says_what_it_lacks(tmp_path: Path) -> None:
    with running(quick(), place(tmp_path)) as found, found.process.server(0) as server:
        url = f"http://{server.host}:{server.port}/readyz"
        wait_for(lambda: requests.get(url, timeout=30).status_code == 200)
        found.process.submit(ev.CycleRequested(), "ann")
        wait_for(lambda: found.process.autopilot.state.outcomes)
        answer = requests.get(url, timeout=30)
        assert answer.status_code == 200
        assert strict_json(answer.text) == {
            "ready": True,
            "reasons": [],
            "degraded": ["the last query to Prometheus failed: unreachable"],
        }


def test_it_is_not_ready_without_its_live_file_its_lease_or_its_will_to_go_on(tmp_path: Path) -> None:
    where = place(tmp_path)
    with Process(quick(), where, clock=Clock(), log=silent, registry=CollectorRegistry()) as found:  # no step is done

        def reasons() -> str:
            return "; ".join(found.vitals.look().unready)

        assert reasons() == ""
        text = where.parameters.read_text()
        other = uniform_live(quick(), {"price": 1.4, "batch": 5}).renewed(expires_at=None, written_at=Clock().now())
        live_store(quick(), where).put(other, "somebody else's", lambda: None)
        assert reasons().endswith("live.json: does not say what was decided last")
        where.parameters.unlink()
        assert "missing, or not a valid document" in reasons()
        where.parameters.write_text(text)
        with Journal(where.journal, "usurper") as journal:
            found.journal.release()
            journal.acquire(now=Clock().now(), seconds=60, holder="elsewhere:1", dead=lambda _holder: False)
            assert "another controller owns the journal" in reasons()
            journal.release()
        found.journal.acquire(now=Clock().now(), seconds=60, holder=holder(), dead=lambda _holder: False)
        assert reasons() == ""
        found.vitals.pulse = Pulse(time.monotonic() - 3600)
        assert "its last step ended 3600 s ago" in reasons()
        found.stop.set()
        assert "it is stopping" in reasons()


def test_one_that_hangs_for_long_is_dead(tmp_path: Path) -> None:
    made = Process(quick(), place(tmp_path), clock=Clock(), log=silent, registry=CollectorRegistry())
    with made as found, found.server(0) as server:
        url = f"http://{server.host}:{server.port}"
        assert requests.get(f"{url}/healthz", timeout=30).status_code == 200
        found.vitals.pulse = Pulse(time.monotonic() - 3600)
        answer = requests.get(f"{url}/healthz", timeout=30)
        assert answer.status_code == 503
        assert answer.text.startswith("no step has ended for 3600 s")
        assert "no step has ended" in requests.get(f"{url}/readyz", timeout=30).json()["reasons"][0]


def test_a_step_that_is_held_is_not_ready_until_it_goes_well(tmp_path: Path) -> None:
    where = place(tmp_path)
    with running(quick(), where) as found:
        _block(where.parameters)
        wait_for(lambda: any("held: cannot write" in reason for reason in found.process.vitals.look().unready))
        where.parameters.rmdir()
        wait_for(lambda: not found.process.vitals.look().unready)


def test_a_cycles_own_cost_stands_in_the_log_and_in_the_metrics(tmp_path: Path) -> None:
    with running(quick(), place(tmp_path)) as found, found.process.server(0) as server:
        found.process.submit(ev.CycleRequested(), "ann")
        wait_for(lambda: found.logged("cycle 1 took "))
        text = requests.get(f"http://{server.host}:{server.port}/metrics", timeout=30).text
    (line,) = [line for line in found.log if line.startswith("cycle 1 took ")]
    assert "s of the controller's own work (" in line
    assert "observing" in line
    count = re.search(r'vvtv_autopilot_step_duration_seconds_count\{phase="observing"\} (\d+)', text)
    assert count is not None
    assert int(count[1]) >= 1


def test_the_schedule_stands_in_the_status_and_in_the_metrics(tmp_path: Path) -> None:
    config = configuration(canary=QUICK, schedule={"cycle": "daily 03:00"})
    with running(config, place(tmp_path)) as found, found.process.server(0) as server:
        url = f"http://{server.host}:{server.port}"
        found.process.submit(ev.JobRequested(job="laundry", reason="mistyped"), "ann")
        shown = strict_json(requests.get(f"{url}/api/status", timeout=30).text)
        cycle = shown["schedule"]["cycle"]
        assert (cycle["when"], cycle["last_at"], cycle["ok"]) == ("daily 03:00", None, None)
        assert 0 < cycle["next_at"] - Clock().now() <= 86400
        assert shown["schedule"]["triage"]["next_at"] is None
        text = requests.get(f"{url}/metrics", timeout=30).text
    assert 'vvtv_autopilot_schedule_next_timestamp_seconds{schedule="triage"} NaN' in text
    told = re.search(r'schedule_next_timestamp_seconds\{schedule="cycle"\} (\S+)', text)
    assert told is not None
    assert float(told[1]) == cycle["next_at"]
