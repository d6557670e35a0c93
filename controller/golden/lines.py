"""A subject that is a program speaking JSON lines: one question a line in, one answer a line out.

    -> {"id": "7", "input": {"seed": 1, "candidates": [...], "parameters": {...}}}
    <- {"id": "7", "answer": [...]}      or {"id": "7", "error": "no such category"}

The program lives on from question to question, is started again after it died, has a session (process group) of its
own that is killed whole, and is killed by the kernel when we die. What it writes to stderr is kept for messages.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from controller.golden.answer import parsed_line
from controller.golden.subject import LONGEST_ANSWER, BrokenError, RefusedError, SubjectUnavailableError
from controller.golden.tail import Tail
from controller.stack import launch

_LAUNCH = (sys.executable, "-I", "-S", str(launch.__file__), "attached")
_POLL = 0.005


@dataclass(frozen=True)
class Program:
    """A program to start: `patience` is the time in seconds that it may take to end by itself when it is told to."""

    argv: tuple[str, ...]
    folder: Path
    patience: float = 1.0
    environment: Mapping[str, str] = field(default_factory=dict)

    def found(self) -> str | None:
        """Return why it cannot be started, None when it can."""
        if not self.folder.is_dir():
            return f"golden.folder {self.folder} is no folder"
        name = self.argv[0]
        path = str(self.folder / name) if os.sep in name else name
        return None if shutil.which(path) else f"golden.command: no program {name!r} that can be run"


class LinesSession:
    """One running program; it is started by the first question."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr = Tail()
        self._lock = threading.Lock()
        self._over = False

    @property
    def runs(self) -> bool:
        """Whether the program has been started, and not been seen to end."""
        return self._process is not None

    def start(self) -> None:
        """Start the program ahead of its first question. Raises SubjectUnavailableError."""
        self._running()

    def ask(self, id: str, given: dict[str, Any]) -> Any:  # noqa: A002 - as the protocol calls it
        """Return the answer. Raises RefusedError, BrokenError, or SubjectUnavailableError when it never answered."""
        return self.send({"id": id, "input": given})

    def send(self, message: dict[str, Any]) -> Any:
        """Send one message and return what is answered to it; raises as `ask` does."""
        process = self._running()
        line = json.dumps(message, allow_nan=False).encode() + b"\n"
        try:
            _in(process).write(line)
            _in(process).flush()
            answer = _out(process).readline(LONGEST_ANSWER + 1)
        except (OSError, ValueError):  # ValueError: closed by an abort meanwhile
            answer = b""
        try:
            found = parsed_line(answer, message["id"])
        except BrokenError as error:
            code = self._end(process)
            text = f"{error}{_how(code)}{self._stderr.text()}"
            if code == launch.NOT_STARTED:
                raise SubjectUnavailableError(f"{self._program.argv[0]} could not be started{text}") from None
            raise BrokenError(text) from None
        if "error" in found:
            raise RefusedError(str(found["error"]))
        return found["answer"]

    def abort(self) -> None:
        """Kill the program and whatever it started; it is not started again."""
        with self._lock:
            self._over = True
            if self._process is not None:
                _kill(self._process)

    def close(self) -> None:
        """Let the program end by itself within its patience, then kill what is left."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(OSError):
            _in(process).close()
        until = time.monotonic() + self._program.patience
        while time.monotonic() < until and not _ended(process):
            time.sleep(_POLL)
        self._end(process)

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._over:
                raise BrokenError("it was given up")
            if self._process is None:
                self._process = self._start()
            return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        program = self._program
        if (why := program.found()) is not None:
            raise SubjectUnavailableError(why)
        try:
            process = subprocess.Popen(
                [*_LAUNCH, str(os.getpid()), *program.argv],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=program.folder,
                env={**os.environ, **program.environment},
                start_new_session=True,
            )
        except OSError as error:
            raise SubjectUnavailableError(f"cannot start {program.argv[0]}: {error.strerror}") from None
        self._stderr = Tail(process.stderr)
        return process

    def _end(self, process: subprocess.Popen[bytes]) -> int | None:
        """Kill what is left of a program, and return its exit code if it had ended by itself."""
        for _ in range(20):  # its pipe may close some milliseconds before the process is gone
            if _ended(process):
                break
            time.sleep(_POLL)
        ended = _ended(process)
        with self._lock:
            _kill(process)
            code = process.wait()
            self._process = None
        self._stderr.finish()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        return code if ended else None


def _how(code: int | None) -> str:
    if code is None:
        return ""
    return f" ({signal.Signals(-code).name})" if code < 0 else f" (exit code {code})"


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether a program has ended; the kernel keeps it on its list, so that its group's number is still its own."""
    if process.returncode is not None:
        return True
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _in(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None  # noqa: S101 - started with a pipe
    return process.stdin


def _out(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None  # noqa: S101 - started with a pipe
    return process.stdout
