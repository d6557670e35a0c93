"""A real controller process in a thread, beside a Prometheus that is not there."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from prometheus_client import CollectorRegistry

from controller.adapters.clock import Clock
from controller.config.config import Config
from controller.cycle import machine
from controller.place import Place
from controller.process import Process
from controller.stack.layout import Layout
from tests.controller.world import configuration

PATIENCE = 60.0  # seconds; what should happen at once may take long on a busy machine
IN_VAIN = 10.0  # seconds, after a wait in vain: what breaks one test often breaks many, and all of them are to be heard
IDLE = 0.1  # seconds that a controller sleeps here when it has nothing to do
QUICK: dict[str, Any] = {"look_every": 0.1, "lease": 1, "blind_deadline": 0.3}


def quick() -> Config:
    """Return a configuration whose cycles end soon, held, because Prometheus is not there."""
    return configuration(canary=QUICK)


def place(folder: Path) -> Place:
    """Return where a stack in that folder keeps its controller's things, as the command line does."""
    layout = Layout(folder)
    return Place(layout.controller, layout.live_parameters)


_vain = threading.Event()


def wait_for(look: Callable[[], object]) -> None:
    """Wait until `look` returns something true."""
    waiting, seconds = threading.Event(), IN_VAIN if _vain.is_set() else PATIENCE
    for _ in range(int(seconds / 0.02)):
        if look():
            return
        waiting.wait(0.02)
    _vain.set()
    raise AssertionError(f"waited in vain for {seconds:g} s")


class Running:
    """A process that runs in a thread; what it logged, and what ended it."""

    def __init__(self, process: Process, log: list[str]) -> None:
        self.process = process
        self.log = log
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.process.run()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error

    def logged(self, text: str) -> bool:
        """Whether a line with that text was logged."""
        return any(text in line for line in self.log)


@contextmanager
def running(
    config: Config, where: Place, clock: Clock | None = None, source: Callable[[], Config] | None = None
) -> Iterator[Running]:
    """Run a controller until the block ends; `source` is where it reads its configuration again."""
    log: list[str] = []
    with (
        patch.object(machine, "IDLE", IDLE),
        Process(
            config,
            where,
            clock=clock or Clock(),
            log=lambda entry: log.append(entry.text),
            registry=CollectorRegistry(),
            source=source,
        ) as process,
    ):
        found = Running(process, log)
        found.thread.start()
        try:
            yield found
        finally:
            process.stop.set()
            found.thread.join()


def strict_json(text: str) -> Any:
    """Parse JSON as everybody else does: NaN and Infinity are none."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)
