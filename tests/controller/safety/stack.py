"""A canary under way in the folders of a stack, in real time, and real controller processes on it."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import yaml

from controller.adapters.clock import Clock
from exporter.live_file import LiveFile
from tests.controller.running import place, wait_for
from tests.controller.safety.disk import Disk
from tests.controller.safety.scenarios import CYCLE, looked
from tests.controller.world import settings

VVTVCTL = (sys.executable, "-m", "controller.cli.main")
LONG: dict[str, Any] = {"duration": 600, "look_every": 0.5, "lease": 300, "blind_deadline": 600}
EARLIER = 60.0  # seconds ago at which the canary began, so that nothing in its journal lies ahead


class Stack(Disk):
    """A world in the folders of a stack, in real time, with a canary that was just looked at."""

    def __init__(self, root: Path, url: str) -> None:
        self.root = root
        self.where = place(root)
        self.where.state.mkdir(parents=True)
        super().__init__(self.where.state, canary=LONG, prometheus={"url": url, "timeout": 30})
        self.settings = settings(**self.sections)
        self.place = self.where
        self.now = began = Clock().now() - EARLIER
        autopilot = self.controller()
        self.submit(CYCLE)
        self.drive(autopilot, lambda state: looked(state) and self.now > began + 3)
        self.config_path = root / "shop.yaml"
        self.config_path.write_text(yaml.safe_dump(self.settings, sort_keys=False))

    @property
    def arguments(self) -> tuple[str, ...]:
        """Where the command line finds it."""
        return ("--config", str(self.config_path), "--state", str(self.root))

    def reader(self) -> LiveFile:
        """Return what a service reads the live file with."""
        wrong: list[str] = []
        return LiveFile(
            self.place.parameters, self.config.specs, salt="x", on_error=lambda *said: wrong.append(str(said))
        )


@contextmanager
def controller_process(stack: Stack) -> Iterator[subprocess.Popen[bytes]]:
    """Run a real controller process inside the block."""
    where = ("--state", str(stack.place.state), "--parameters", str(stack.place.parameters), "--port", "0")
    command = (*VVTVCTL, "controller", "run", "--config", str(stack.config_path), *where)
    seq = len(stack.read())
    with (stack.root / "log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_for(lambda: stack.journal.holder(Clock().now()) is not None and len(stack.read()) > seq)
            yield child
        finally:
            child.kill()
            child.wait()


def stop(child: subprocess.Popen[bytes], journal: Path) -> None:
    """Stop a controller where it keeps nobody from the journal: inside a transaction it would, until it goes on."""

    def free() -> bool:
        child.send_signal(signal.SIGSTOP)
        with closing(sqlite3.connect(journal, timeout=0.1)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                child.send_signal(signal.SIGCONT)
                return False
            connection.rollback()
            return True

    wait_for(free)
