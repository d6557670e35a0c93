"""Starts one process, waits until it is healthy, and stops it.

A process is known by its pid and its identity, never by its pid alone.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from controller.errors import StorageError, UnavailableError
from controller.stack import proc
from controller.stack.checkout import checkout
from exporter.endpoints import LOOPBACK

if TYPE_CHECKING:
    from controller.stack.plan import ProcessSpec

HEALTH_DEADLINE: Final = 30.0
STOP_PATIENCE: Final = 10.0
_POLL: Final = 0.05
_TAIL: Final = 15
# -I -S: the launcher needs nothing of ours and no installed library, so it skips looking for them
_LAUNCH: Final = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")))


class StartError(UnavailableError):
    """A process ended or did not become healthy in time."""


@dataclass(frozen=True)
class Process:
    """A process that we started. `log_start` is where in its log this start begins."""

    name: str
    pid: int
    identity: str
    port: int
    health_path: str
    log: Path
    log_start: int = 0

    def alive(self) -> bool:
        """Return whether it runs; a stranger with its recycled pid does not count."""
        return proc.identity(self.pid) == self.identity

    def healthy(self) -> bool:
        """Return whether it runs and says that it is ready."""
        return self.alive() and _ready(self.port, self.health_path)


def start_detached(spec: ProcessSpec, logs: Path) -> Process:
    """Start a process that outlives us and is no child of ours."""
    log, log_start = _log(spec, logs)
    with log.open("ab") as output:
        launcher = subprocess.run(
            [*_LAUNCH, "detached", *spec.argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd=checkout(),
            env=_environment(),
            start_new_session=True,
            check=True,
        )
    return _process(spec, int(launcher.stdout), log, log_start)


def start_attached(spec: ProcessSpec, logs: Path) -> tuple[Process, subprocess.Popen[bytes]]:
    """Start a child which the kernel kills when we die, however we die.

    To the kernel the parent is the calling thread: call this from one that lives as long as the child shall. The
    child has a session of its own: Ctrl-C on our terminal reaches us alone, and we stop the parts in order.
    """
    log, log_start = _log(spec, logs)
    with log.open("ab") as output:
        child = subprocess.Popen(
            [*_LAUNCH, "attached", str(os.getpid()), *spec.argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=checkout(),
            env=_environment(),
            start_new_session=True,
        )
    return _process(spec, child.pid, log, log_start), child


def wait_healthy(process: Process, *, deadline: float = HEALTH_DEADLINE) -> None:
    """Return once the process is healthy.

    Raises:
        StartError: it ended, or was not healthy after `deadline` seconds; the message ends with its last log lines.
    """
    until = time.monotonic() + deadline
    while not process.healthy():
        if not process.alive():
            raise StartError(f"{process.name} ended before it was ready. {log_tail(process)}")
        if time.monotonic() > until:
            url = f"http://{LOOPBACK}:{process.port}{process.health_path}"
            raise StartError(f"{process.name} did not answer {url} within {deadline:g} s. {log_tail(process)}")
        time.sleep(_POLL)


def stop(process: Process, *, patience: float = STOP_PATIENCE) -> str:
    """End a process and say how: `not running`, `stopped` (by SIGTERM) or `killed` (by SIGKILL, `patience` s later)."""
    if not process.alive():
        return "not running"
    for how, number, seconds in (("stopped", signal.SIGTERM, patience), ("killed", signal.SIGKILL, STOP_PATIENCE)):
        try:
            os.kill(process.pid, number)
        except ProcessLookupError:
            return how
        except PermissionError as error:
            raise UnavailableError(
                f"cannot stop {process.name}: pid {process.pid} belongs to another user; stop it as that user"
            ) from error
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not process.alive():
                return how
            time.sleep(_POLL)
    raise UnavailableError(
        f"{process.name} (pid {process.pid}) survives SIGKILL; the kernel holds it, see its log {process.log}"
    )


def _log(spec: ProcessSpec, logs: Path) -> tuple[Path, int]:
    log = logs / spec.log_name
    try:
        logs.mkdir(parents=True, exist_ok=True)
        log.touch()
        return log, log.stat().st_size
    except OSError as error:
        raise StorageError(f"cannot write the log of {spec.name}: {error}. Choose another state folder.") from error


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1"}  # a log that lags behind is of no use in an error message


def _process(spec: ProcessSpec, pid: int, log: Path, log_start: int) -> Process:
    # one that has ended already has no identity; the empty one equals no living process's
    return Process(spec.name, pid, proc.identity(pid) or "", spec.port, spec.health_path, log, log_start)


def _ready(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)  # knows of no proxy, unlike its wrappers
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def log_tail(process: Process, most: int = _TAIL) -> str:
    """Return the last lines that a process wrote to its log since it was started, with an introduction."""
    try:
        with process.log.open("rb") as file:
            file.seek(process.log_start)
            lines = file.read().decode(errors="replace").splitlines()
    except OSError as error:
        return f"Its log {process.log} cannot be read: {error.strerror}."
    if not lines:
        return f"It wrote nothing to its log {process.log}."
    return "\n".join([f"The end of its log {process.log}:", *(f"  {line}" for line in lines[-most:])])
