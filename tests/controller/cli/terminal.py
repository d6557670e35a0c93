"""vvtvctl as somebody at a terminal has it, in this process or in one of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.cli.main import main
from tests.controller.running import QUICK, strict_json
from tests.controller.world import settings

VVTVCTL = str(Path(sys.executable).with_name("vvtvctl"))


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return its JSON, which must be JSON as everybody else reads it."""
        return strict_json(self.out)

    def error(self) -> str:
        """Return its one error message."""
        assert "Traceback" not in self.err
        assert self.err.count("error: ") == 1, self.err
        return self.err.removeprefix("error: ").strip()


class Terminal:
    """Runs commands on one stack folder, with the configuration of a small shop.

    Attributes:
        state: the stack's folder.
        config: the configuration.
    """

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.state = folder / "stack"
        self.config = folder / "shop.yaml"
        self.config.write_text(yaml.safe_dump(settings(canary=QUICK)), encoding="utf-8")
        self.place = ("--config", str(self.config), "--state", str(self.state))
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def run(self, *arguments: str) -> Result:
        """Run a command in this process."""
        self._capsys.readouterr()
        self._monkeypatch.setattr(sys, "argv", ["vvtvctl", *arguments])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        out, err = self._capsys.readouterr()
        assert isinstance(code, int)
        assert "\x1b" not in out + err  # this is no terminal: no colours
        return Result(code, out, err)

    def autopilot(self, *arguments: str) -> Result:
        """Run `vvtvctl autopilot ...` on the stack."""
        return self.run("autopilot", *arguments, *self.place)

    def program(self, *arguments: str, **environment: str) -> Result:
        """Run a command as a program of its own."""
        done = subprocess.run(
            (VVTVCTL, *arguments), capture_output=True, text=True, timeout=60, check=False, env=environment or None
        )
        assert "\x1b" not in done.stdout + done.stderr
        return Result(done.returncode, done.stdout, done.stderr)
