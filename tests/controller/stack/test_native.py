"""Up, down and status, with stand-ins for the parts."""

from __future__ import annotations

import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from controller.errors import ConfigError
from controller.stack import native
from controller.stack.locks import file_lock
from controller.stack.plan import PARTS
from controller.stack.ports import PortInUseError
from controller.stack.processes import Process, StartError, start_detached
from controller.stack.servers import Servers
from controller.stack.state import read_state
from tests.controller.stack.standin import crash, good, ill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from controller.stack.layout import Layout
    from controller.stack.plan import ProcessSpec
    from exporter.endpoints import Endpoints

SERVERS = Servers(Path("p"), Path("pt"), Path("a"), Path("at"))


@pytest.fixture(autouse=True)
def _stand_ins(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def plan(endpoints: Endpoints, *_: object) -> tuple[ProcessSpec, ...]:
        return tuple(good(part, getattr(endpoints, part)) for part in PARTS)

    monkeypatch.setattr(native, "plan", plan)
    monkeypatch.setattr(native, "write_files", lambda *_, **__: None)
    yield
    native.down(layout)


def _up(layout: Layout, **ports: int) -> native.Started:
    return native.up(layout, SERVERS, ports, free=True, deadline=60)


def test_up_starts_every_part_and_down_stops_it(layout: Layout) -> None:
    result = _up(layout)
    assert result.started == PARTS
    assert all(process.healthy() for process in result.processes)
    assert native.status(layout) == result.processes
    assert list(native.down(layout).items()) == [(part, "stopped") for part in reversed(PARTS)]
    assert not any(process.alive() for process in result.processes)
    assert native.status(layout) == ()
    assert native.down(layout) == {}


def test_up_again_starts_what_died_and_leaves_the_rest_alone(layout: Layout) -> None:
    first = {process.name: process for process in _up(layout).processes}
    assert _up(layout).started == ()
    crash(first["service"])
    result = _up(layout)
    second = {process.name: process for process in result.processes}
    assert result.started == ("service",)
    assert tuple(second) == PARTS
    assert {name for name in PARTS if first[name] == second[name]} == set(PARTS) - {"service"}
    assert second["service"].port == first["service"].port
    assert second["service"].healthy()


def test_what_was_edited_in_the_stack_s_own_configuration_outlives_a_crash_but_not_down(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[Path | None] = []
    monkeypatch.setattr(native, "write_files", lambda *_, autopilot: copied.append(autopilot))
    part = _up(layout).processes[0]
    layout.autopilot.parent.mkdir(parents=True, exist_ok=True)
    layout.autopilot.touch()
    crash(part)
    _up(layout)
    native.down(layout)
    _up(layout)
    assert copied == [None, layout.autopilot, None]


def test_other_ports_than_the_running_ones_are_refused(layout: Layout) -> None:
    port = _up(layout).processes[0].port
    with pytest.raises(ConfigError, match=rf"runs with llm on port {port}, not 12345.*vvtvctl down"):
        _up(layout, llm=12345)
    assert _up(layout, llm=port).started == ()


def test_two_parts_on_one_port_are_refused(layout: Layout) -> None:
    with pytest.raises(ConfigError, match="prometheus and service cannot both listen on port 12345"):
        _up(layout, service=12345, prometheus=12345)
    assert read_state(layout) is None


def test_a_port_in_use_starts_nothing(layout: Layout) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortInUseError, match="for controller"):
            _up(layout, controller=taken.getsockname()[1])
    assert read_state(layout) is None
    assert list(layout.logs.iterdir()) == []


def test_a_part_that_fails_stops_what_was_started_and_nothing_else(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = {process.name: process for process in _up(layout).processes}
    for name in ("service", "controller"):
        crash(running[name])

    def failing(endpoints: Endpoints, *_: object) -> tuple[ProcessSpec, ...]:
        return tuple((ill if part == "controller" else good)(part, getattr(endpoints, part)) for part in PARTS)

    monkeypatch.setattr(native, "plan", failing)
    with pytest.raises(StartError, match=r"controller did not answer(.|\n)*still loading"):
        native.up(layout, SERVERS, {}, deadline=4)
    assert [process.name for process in native.status(layout)] == ["llm", "prometheus", "alertmanager"]
    assert all(process.healthy() for process in native.status(layout))
    for name in ("controller", "service"):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", running[name].port)) != 0


def test_two_ups_at_once_start_one_stack(layout: Layout) -> None:
    with ThreadPoolExecutor(2) as pool:
        results = [done.result() for done in [pool.submit(_up, layout) for _ in range(2)]]
    assert sorted(result.started for result in results) == [(), PARTS]
    assert results[0].processes == results[1].processes


def test_ctrl_c_while_a_part_is_launched_leaves_nothing_behind(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    launched: list[Process] = []

    def interrupted(spec: ProcessSpec, logs: Path) -> Process:
        process = start_detached(spec, logs)
        launched.append(process)
        if spec.name == "controller":
            signal.raise_signal(signal.SIGINT)  # it runs, and its caller does not know its pid yet
        return process

    monkeypatch.setattr(native, "start_detached", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _up(layout)
    assert [process.name for process in launched] == ["llm", "prometheus", "alertmanager", "controller"]
    assert not any(process.alive() for process in launched)
    assert read_state(layout) is None


def test_a_part_that_hangs_is_named_and_what_died_is_started_all_the_same(layout: Layout) -> None:
    running = {process.name: process for process in _up(layout).processes}
    crash(running["controller"])
    os.kill(running["service"].pid, signal.SIGSTOP)
    with pytest.raises(StartError, match=rf"service did not answer(.|\n)*kill {running['service'].pid}"):
        native.up(layout, SERVERS, {}, deadline=4)
    now = {process.name: process for process in native.status(layout)}
    assert now["controller"].healthy()
    assert now["service"] == running["service"]
    os.kill(running["service"].pid, signal.SIGCONT)
    assert native.up(layout, SERVERS, {}).started == ()


def test_each_start_is_told_and_so_is_waiting_for_somebody_else(layout: Layout) -> None:
    told: list[str] = []
    layout.root.mkdir(parents=True)
    with ThreadPoolExecutor(1) as pool:
        with file_lock(layout.lock):
            done = pool.submit(native.up, layout, SERVERS, {}, free=True, tell=told.append)
            while not told:
                assert not done.done()
        done.result()
    assert told == ["waiting for another vvtvctl up or down of this state folder", *(f"starting {p}" for p in PARTS)]
