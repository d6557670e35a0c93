"""The attached stack of the demo and the tests: it never outlives the block, nor the process, that it stands in."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from controller.errors import ConfigError
from controller.stack.ports import check_port
from controller.stack.processes import HEALTH_DEADLINE, Process, start_attached, stop, wait_healthy

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from controller.stack.plan import ProcessSpec


class RunningStack:
    """Handles to the started parts, by name."""

    def __init__(self, specs: Sequence[ProcessSpec], logs: Path, *, deadline: float) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._logs = logs
        self._deadline = deadline
        self._running: dict[str, tuple[Process, subprocess.Popen[bytes]]] = {}

    def __getitem__(self, name: str) -> Process:
        """Return a started part; KeyError when it was never started or has been stopped or killed."""
        return self._running[name][0]

    def start(self, name: str) -> Process:
        """Start a part and wait until it is healthy; after `kill` or `stop` this is a restart."""
        if name in self._running:
            raise ConfigError(f"{name} is running already; kill or stop it first")
        spec = self._specs[name]
        check_port(spec.port, name)
        process, child = start_attached(spec, self._logs)
        self._running[name] = process, child
        wait_healthy(process, deadline=self._deadline)
        return process

    def kill(self, name: str) -> None:
        """End a part by SIGKILL, as a crash would."""
        _, child = self._running.pop(name)
        child.kill()
        child.wait()

    def stop(self, name: str) -> str:
        """End a part by SIGTERM, or SIGKILL if it ignores that; return how it ended, as `processes.stop` does."""
        process, child = self._running[name]
        how = stop(process)
        child.wait()
        del self._running[name]
        return how

    def start_all(self) -> None:
        """Start every part in the given order, after a look at every port."""
        for spec in self._specs.values():
            check_port(spec.port, spec.name)
        for name in self._specs:
            self.start(name)

    def stop_all(self) -> None:
        """Stop what runs, last started first."""
        for name in reversed(list(self._running)):
            self.stop(name)


@contextmanager
def running_stack(
    specs: Sequence[ProcessSpec], logs: Path, *, deadline: float = HEALTH_DEADLINE
) -> Iterator[RunningStack]:
    """Start the parts, hand them out, and stop them whatever happens.

    Use it on a thread that lives as long as the block: the kernel kills the parts when the starting thread ends.
    """
    stack = RunningStack(specs, logs, deadline=deadline)
    try:
        stack.start_all()
        yield stack
    finally:
        stack.stop_all()
