"""A command typed in a hurry does not wait for libraries that only a controller, or a canary's verdict, needs."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.controller.running import place, running
from tests.controller.world import configuration, settings

HEAVY = (
    "aiohttp",
    "controller.cycle.machine",
    "controller.process",
    "grafanalib",
    "prometheus_client",
    "requests",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.special",
    "scipy.stats",
)
WHY = ("--reason", "a test", "--yes")
COMMANDS = (
    ("autopilot", "emergency-pause", *WHY),
    ("autopilot", "status"),
    ("autopilot", "pause", *WHY),
    ("autopilot", "resume", *WHY),
    ("autopilot", "history"),
    ("autopilot", "canary-status"),
    ("autopilot", "bounds", "show"),
    ("canary", "history"),
    ("why", "price"),
)
PROGRAM = """
import json, sys
from controller.cli.main import cli
commands, heavy, given = json.loads(sys.argv[1])
for command in commands:
    try:
        cli([*command, *given], standalone_mode=False)
    except SystemExit as end:
        assert end.code == 0, command
    print("\\nimported", json.dumps([command, sorted({*heavy} & {*sys.modules})]))
"""


def test_a_command_that_judges_nothing_imports_nothing_that_judges(tmp_path: Path) -> None:
    config = tmp_path / "autopilot.yaml"
    config.write_text(yaml.safe_dump(settings()), encoding="utf-8")
    with running(configuration(), place(tmp_path)):
        pass
    given = ["--config", str(config), "--state", str(tmp_path)]
    arguments = [sys.executable, "-c", PROGRAM, json.dumps([COMMANDS, HEAVY, given])]
    done = subprocess.run(arguments, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line.removeprefix("imported")) for line in done.stdout.splitlines() if line[:8] == "imported"]
    assert told == [[list(command), []] for command in COMMANDS]


@pytest.mark.parametrize("name", HEAVY)
def test_what_is_not_imported_is_there(name: str) -> None:
    assert importlib.util.find_spec(name) is not None
