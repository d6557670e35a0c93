"""A subject that is a Python function: a program of ours (worker.py) loads it and speaks JSON lines."""

from __future__ import annotations

import contextlib
import sys
import threading
from pathlib import Path
from typing import Any

from controller.errors import ConfigError
from controller.golden import worker
from controller.golden.lines import LinesSession, Program
from controller.golden.subject import BrokenError, RefusedError

REPORT_PATIENCE = 30.0  # seconds for writing a coverage report


class CallableSubject:
    """Answers by calling `module:function`, in as many processes as there are sessions.

    Args:
        name: the function.
        folder: searched for its module after everything that is installed.
        patience: seconds that loading the code may take.
        ahead: how many processes to start at once, at least one.
        version: what else its answers depend on, in words of whoever configures it.
        measured: the file of a coverage report to write at the end.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        patience: float,
        ahead: int = 1,
        version: str = "",
        measured: str | None = None,
    ) -> None:
        self._name = name
        self._ahead = ahead
        self._patience = patience
        self._version = version
        # -P: the folder of worker.py is not searched for modules
        argv = (sys.executable, "-P", str(worker.__file__), name, str(folder), *((measured,) if measured else ()))
        self._program = Program(argv, folder, REPORT_PATIENCE if measured else 0.0, {"OPENBLAS_NUM_THREADS": "1"})
        self._own = ""
        self._spare: list[CallableSession] = []
        self._changed = False

    @property
    def words(self) -> str:
        """The function."""
        return f"the function {self._name}"

    def identity(self) -> str | None:
        """Return the digest of all code that is loaded with the function. Raises ConfigError when it cannot be."""
        session, *others = (CallableSession(self._program, self) for _ in range(self._ahead))
        for each in (session, *others):  # they load the code side by side
            each.start()
        self._spare = others
        late = threading.Event()

        def give_up() -> None:
            late.set()
            session.abort()

        watch = threading.Timer(self._patience, give_up)
        watch.start()
        try:
            found = session.send({"id": "identify", "identify": True})
        except (RefusedError, BrokenError) as error:
            session.close()
            self.close()
            why = f"it did not load within {self._patience:g} s" if late.is_set() else str(error)
            raise ConfigError(f"golden.callable {self._name!r} cannot be loaded: {why}") from None
        finally:
            watch.cancel()
        self._spare, self._changed = [session, *others], False
        self._own = str(found["own"])
        return f"callable\0{self._name}\0{found['all']}\0{self._version}" if found["fresh"] else None

    def session(self) -> CallableSession:
        """Return a process that was started ahead, or another one."""
        with contextlib.suppress(IndexError):
            return self._spare.pop(0)
        return CallableSession(self._program, self)

    def unchanged(self) -> bool:
        """Whether every process answered with the service's code that `identity` named, and loaded no more of it."""
        return not self._changed

    def close(self) -> None:
        """End the processes that nobody took over."""
        while self._spare:
            self._spare.pop().close()

    def left(self, own: object) -> None:
        """Hear from a session which code of the service it had loaded in the end."""
        self._changed = self._changed or own != self._own


class CallableSession(LinesSession):
    """One process that calls the function."""

    def __init__(self, program: Program, subject: CallableSubject) -> None:
        super().__init__(program)
        self._subject = subject
        self._asked = False

    def ask(self, id: str, given: dict[str, Any]) -> Any:  # noqa: A002 - as the protocol calls it
        """Return the function's answer."""
        self._asked = True
        return super().ask(id, given)

    def close(self) -> None:
        """Tell the subject which code answered, then end."""
        if self._asked and self.runs:
            try:
                self._subject.left(self.send({"id": "identify", "identify": True})["own"])
            except (RefusedError, BrokenError):
                self._subject.left(None)
        super().close()
