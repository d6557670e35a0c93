"""The command line: help, mistakes, and the faults command against a real mock."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from components.cli import service
from tests.components.support import running


def invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(service, arguments)
    return result.exit_code, result.output


@pytest.mark.parametrize("command", ["run", "llm-mock", "faults"])
def test_help_shows_an_example_as_it_is_typed(command: str) -> None:
    code, text = invoke(command, "--help")
    assert code == 0
    assert f"\n    vvtvctl service {command}" in text


def test_faults_are_set_and_shown() -> None:
    with running("llm-mock", "--port", "0") as (_, url):
        code, text = invoke("faults", "--url", url, "--mode", "slow", "--rate", "0.5", "--seconds", "2")
        assert (code, json.loads(text)) == (0, {"mode": "slow", "rate": 0.5, "seconds": 2.0})
        assert invoke("faults", "--url", url)[1] == text
        invoke("faults", "--url", url, "--mode", "none")
        assert json.loads(invoke("faults", "--url", url)[1])["mode"] == "none"


def test_faults_without_a_mock_say_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    code, text = invoke("faults", "--url", f"http://127.0.0.1:{port}", "--mode", "error")
    assert code == 1
    assert "is the LLM mock running?" in text


@pytest.mark.parametrize("command", ["run", "llm-mock"])
def test_a_port_in_use_is_a_clear_error(command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        extra = ("--parameters", str(tmp_path / "live.json")) if command == "run" else ()
        code, text = invoke(command, "--port", port, *extra)
    assert code == 1
    assert f"cannot listen on 127.0.0.1:{port}" in text
    assert "choose another port" in text


@pytest.mark.parametrize(
    "arguments", [("run", "--parameters", "x", "--rate", "0"), ("run",), ("llm-mock", "--port", "70000")]
)
def test_a_mistake_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    assert invoke(*arguments)[0] == 2
