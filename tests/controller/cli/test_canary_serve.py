"""`vvtvctl canary serve`, as a process."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from controller.api.flagger import FLAGGER_PATH
from controller.api.gate import GATE_PATH
from controller.api.judge import JUDGE_PATH
from tests.controller.cli.terminal import VVTVCTL, Terminal
from tests.controller.judging.documents import document, gauge
from tests.controller.running import wait_for


@contextmanager
def _serving(log: Path, *options: str) -> Iterator[str]:
    with log.open("w") as out:
        child = subprocess.Popen((VVTVCTL, "canary", "serve", "--port", "0", *options), stdout=out, stderr=out)
    try:
        wait_for(lambda: "listening on http://127.0.0.1:" in log.read_text())
        yield log.read_text().split()[-1]
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=60) == 0
        assert log.read_text().splitlines()[-1] == "stopped"
    finally:
        child.kill()
        child.wait()


def test_it_judges_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with _serving(tmp_path / "log") as address:
        answer = requests.post(address + JUDGE_PATH, data=json.dumps(document(gauge(effect=-2.0))), timeout=60)
        health = requests.get(f"{address}/healthz", timeout=60)
        metrics = requests.get(f"{address}/metrics", timeout=60)
        gate = requests.get(address + GATE_PATH, timeout=60)
        hook = requests.post(f"{address}{FLAGGER_PATH}rollout", timeout=60)
    assert answer.json()["verdict"] == "rollback"
    assert health.text == "ok\n"
    assert "process_resident_memory_bytes" in metrics.text
    assert (gate.status_code, hook.status_code) == (501, 501)
    assert "--config autopilot.yaml" in gate.json()["error"]


def test_with_a_configuration_there_is_a_gate(terminal: Terminal, tmp_path: Path) -> None:
    with _serving(tmp_path / "log", "--config", str(terminal.config)) as address:
        answer = requests.get(address + GATE_PATH, params={"start": "soon"}, timeout=60)
        hook = requests.post(f"{address}{FLAGGER_PATH}confirm-promotion", json={"name": "shop"}, timeout=60)
    assert answer.status_code == 400
    assert (hook.status_code, hook.json()["verdict"]) == (425, "blind")


def test_a_port_in_use_is_one_message(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = terminal.run("canary", "serve", "--port", port)
    assert result.code == 3
    assert result.error().endswith("choose another port with --port")


@pytest.mark.parametrize(
    ("options", "said"), [(("--port", "70000"), "70000"), (("--config", "nosuch.yaml"), "no such")]
)
def test_wrong_options_are_refused(terminal: Terminal, options: tuple[str, ...], said: str) -> None:
    result = terminal.run("canary", "serve", *options)
    assert result.code == 2
    assert said in result.err
