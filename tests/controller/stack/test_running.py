"""The attached stack, with stand-ins and with the real servers."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
import requests

from controller.stack.layout import Layout
from controller.stack.plan import plan
from controller.stack.ports import PortInUseError, free_endpoints
from controller.stack.processes import Process, StartError
from controller.stack.running import running_stack
from tests.controller.stack.standin import good, ill

if TYPE_CHECKING:
    from pathlib import Path

    from controller.stack.servers import Servers


@pytest.mark.stack
def test_the_real_servers_run_as_planned(layout: Layout, servers: Servers) -> None:
    endpoints = free_endpoints()
    for folder in layout.folders():
        folder.mkdir()
    layout.prometheus_config.write_text("global: {scrape_interval: 1s}\n")
    layout.alertmanager_config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    specs = [spec for spec in plan(endpoints, layout, servers) if spec.name in {"prometheus", "alertmanager"}]
    with running_stack(specs, layout.logs) as stack:
        processes = [stack["prometheus"], stack["alertmanager"]]
        answer = requests.get(f"{endpoints.url('prometheus')}/api/v1/query", {"query": "vector(7)"}, timeout=30).json()
        flags = requests.get(f"{endpoints.url('prometheus')}/api/v1/status/flags", timeout=30).json()["data"]
        page = requests.get(f"{endpoints.url('prometheus')}/graph", timeout=30)
        status = requests.get(f"{endpoints.url('alertmanager')}/api/v2/status", timeout=30).json()
    assert page.ok  # a server that was only unpacked does not find its pages by itself
    assert answer["data"]["result"][0]["value"][1] == "7"
    assert flags["storage.tsdb.path"] == str(layout.prometheus)
    assert flags["web.listen-address"] == endpoints.address("prometheus")
    assert status["cluster"]["status"] == "disabled"  # no gossip port
    assert not any(process.alive() for process in processes)
    assert (layout.prometheus / "wal").is_dir()


def test_a_killed_part_can_be_started_again(tmp_path: Path) -> None:
    endpoints = free_endpoints()
    with running_stack([good("llm", endpoints.llm), good("controller", endpoints.controller)], tmp_path) as stack:
        first = stack["controller"]
        stack.kill("controller")
        assert not first.alive()
        with pytest.raises(KeyError):
            stack["controller"]
        second = stack.start("controller")
        assert second.healthy()
        assert second.pid != first.pid
        llm = stack["llm"]
        assert stack.stop("llm") == "stopped"
    assert not llm.alive()
    assert not second.alive()


def test_a_part_that_fails_stops_those_before_it(tmp_path: Path) -> None:
    endpoints = free_endpoints()
    seen: list[Process] = []

    def failing() -> None:
        specs = [good("llm", endpoints.llm), ill("service", endpoints.service)]
        with running_stack(specs, tmp_path, deadline=4) as stack:
            seen.append(stack["llm"])

    with pytest.raises(StartError, match="service did not answer"):
        failing()
    assert seen == []
    for port in (endpoints.llm, endpoints.service):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_an_error_in_the_block_stops_every_part(tmp_path: Path) -> None:
    seen: list[Process] = []

    def failing() -> None:
        with running_stack([good("llm", free_endpoints().llm)], tmp_path) as stack:
            seen.append(stack["llm"])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failing()
    assert not seen[0].alive()


def test_nothing_is_started_when_a_port_is_taken(tmp_path: Path) -> None:
    endpoints = free_endpoints()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", endpoints.service))
        taken.listen()
        specs = [good("llm", endpoints.llm), good("service", endpoints.service)]
        with pytest.raises(PortInUseError, match="for service"), running_stack(specs, tmp_path):
            pass
    assert list(tmp_path.iterdir()) == []
