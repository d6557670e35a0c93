"""One question after the other, on a thread of its own that can be given up."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from controller.errors import AutopilotError
from controller.golden.subject import BrokenError, RefusedError, Session, SubjectUnavailableError
from controller.golden.value import printable

Kind = Literal["answer", "refused", "broken", "timeout", "unasked"]


@dataclass(frozen=True)
class Reply:
    """What came of one question: `answer` when it is one, else `text` says what happened."""

    kind: Kind
    answer: Any = None
    text: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Question:
    """One question by its key."""

    key: str
    given: Mapping[str, Any]


Task = tuple[int, int, Question]  # run, number, question


class Pool(Protocol):
    """What a worker needs of those who hired it."""

    @property
    def each(self) -> float:
        """Seconds that one question may take."""
        ...

    def skip(self, number: int) -> bool:
        """Whether a question need not be asked again: it took too long or broke the subject before."""
        ...

    def arrived(self, task: Task, reply: Reply | SubjectUnavailableError) -> None:
        """Hear from a worker, on its thread."""
        ...

    def open(self) -> Session:
        """Return a new session."""
        ...


class Worker(threading.Thread):
    """Asks one question after the other in a session of its own; the session's program lives as long as this thread."""

    def __init__(self, place: int, queues: list[deque[Task]], pool: Pool) -> None:
        super().__init__(name=f"golden-{place}", daemon=True)
        self.place = place
        self._queues = queues
        self._pool = pool
        self._lock = threading.Lock()
        self._task: Task | None = None
        self._deadline = 0.0
        self._abandoned = False
        self._session: Session | None = None

    @property
    def busy(self) -> bool:
        """Whether it waits for an answer."""
        return self._task is not None

    def late(self, now: float) -> bool:
        """Whether it has waited for too long."""
        return self._task is not None and now > self._deadline

    def abandon(self) -> Task | None:
        """Give it up, and return what it was asking; None when an answer has just come."""
        with self._lock:
            task, self._task = self._task, None
            self._abandoned = task is not None
        if task is not None:
            self.session_abort()
        return task

    def session_abort(self) -> None:
        """Break off what its session does."""
        if self._session is not None:
            self._session.abort()

    def run(self) -> None:
        """Ask until nothing is left, or until it is given up."""
        try:
            while (task := self._next()) is not None:
                reply = Reply("unasked") if self._pool.skip(task[1]) else self._ask(task)
                with self._lock:
                    self._task = None
                    if self._abandoned:
                        return
                self._pool.arrived(task, reply)
        finally:
            if self._session is not None:
                with contextlib.suppress(AutopilotError, OSError):
                    self._session.close()

    def _next(self) -> Task | None:
        for tasks in self._queues:
            with contextlib.suppress(IndexError):
                return tasks.popleft()
        return None

    def _ask(self, task: Task) -> Reply | SubjectUnavailableError:
        with self._lock:
            self._task, self._deadline = task, time.monotonic() + self._pool.each
        start = time.monotonic()
        try:
            if self._session is None:
                self._session = self._pool.open()
            answer = self._session.ask(f"{task[0]}.{task[1]}", dict(task[2].given))
        except RefusedError as error:
            return Reply("refused", text=printable(str(error)), seconds=time.monotonic() - start)
        except BrokenError as error:
            return Reply("broken", text=printable(str(error)), seconds=time.monotonic() - start)
        except SubjectUnavailableError as error:
            return error
        except AutopilotError as error:
            return SubjectUnavailableError(str(error))
        return Reply("answer", answer, seconds=time.monotonic() - start)
