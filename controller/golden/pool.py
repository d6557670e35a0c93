"""Asks many questions in parallel, and ends in time whatever the subject does.

Every question is asked `runs` times: once in order, once in reverse order, and so on in turn, each time in sessions of
that run's own where there are as many workers as runs. So an answer that depends on what was asked before, or on the
process that answers, shows. Threads of workers are daemons and nobody waits for them for ever: one whose question takes
too long is given up, its session is aborted, and another takes its place.
"""

from __future__ import annotations

import contextlib
import queue
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from controller.golden.asker import Question, Reply, Task, Worker
from controller.golden.subject import Session, SubjectUnavailableError

STAGGER = 0.5  # seconds after which further workers begin: a quick set needs no more than one process a run
HOPELESS = 3  # questions without any answer from the subject, after which nobody is thought to be there
_POLL = 0.05


@dataclass(frozen=True)
class Limits:
    """How much of everything: workers at a time, runs of every question, seconds for one, for all, and for leaving."""

    workers: int = 4
    runs: int = 2
    each: float = 30.0
    whole: float = 300.0
    leave: float = 3.0


@dataclass
class Asked:
    """The replies to every question by key, in the order of runs; `unavailable` says why nobody answered."""

    replies: dict[str, list[Reply]] = field(default_factory=dict)
    unavailable: str | None = None
    late: bool = False


def ask(
    questions: Sequence[Question],
    open_session: Callable[[], Session],
    limits: Limits,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Asked:
    """Return the replies to questions with different keys, after at most `limits.whole` seconds and a little."""
    return _Pool(questions, open_session, limits, progress).run() if questions else Asked()


class _Pool:
    def __init__(
        self,
        questions: Sequence[Question],
        open_session: Callable[[], Session],
        limits: Limits,
        progress: Callable[[int, int], None],
    ) -> None:
        self._questions = questions
        self._open = open_session
        self._limits = limits
        self._progress = progress
        self._queues: list[deque[Task]] = []
        for run in range(limits.runs):
            tasks = [(run, number, question) for number, question in enumerate(questions)]
            self._queues.append(deque(tasks if run % 2 == 0 else reversed(tasks)))
        self._found: dict[tuple[int, int], Reply] = {}
        self._arrived: queue.SimpleQueue[tuple[Task, Reply | SubjectUnavailableError]] = queue.SimpleQueue()
        self._hopeless: set[int] = set()  # questions that failed once are not asked again
        self._workers: list[Worker] = []
        self._answered = False
        self._broken = 0

    def run(self) -> Asked:
        start = time.monotonic()
        asked = Asked()
        total = len(self._questions) * self._limits.runs
        waiting = [(0.0 if place < self._limits.runs else STAGGER, place) for place in range(self._limits.workers)]
        try:
            while len(self._found) < total and asked.unavailable is None:
                now = time.monotonic()
                if now - start > self._limits.whole:
                    asked.late = True
                    break
                while waiting and now - start >= waiting[0][0]:
                    self._hire(waiting.pop(0)[1])
                asked.unavailable = self._receive() or self._give_up_late()
                self._progress(len(self._found), total)
        finally:
            self._dismiss()
        for number, question in enumerate(self._questions):
            missing = Reply("unasked")
            asked.replies[question.key] = [self._found.get((run, number), missing) for run in range(self._limits.runs)]
        return asked

    def _hire(self, place: int) -> None:
        """Start a worker; its place says which runs it serves: its own, or its share where there are fewer workers."""
        runs, workers = self._limits.runs, self._limits.workers
        mine = range(place, runs, workers) if place < runs else range(place % runs, place % runs + 1)
        if any(self._queues[run] for run in mine):
            worker = Worker(place, [self._queues[run] for run in mine], self)
            self._workers.append(worker)
            worker.start()

    def _receive(self) -> str | None:
        """Take what has arrived; return why the subject is unavailable when it is."""
        with contextlib.suppress(queue.Empty):
            (run, number, _), reply = self._arrived.get(timeout=_POLL)
            if isinstance(reply, SubjectUnavailableError):
                return str(reply)
            self._found[run, number] = reply
            if reply.kind in ("answer", "refused"):
                self._answered = True
            elif reply.kind == "broken":
                return self._despaired(reply.text)
        return None

    def _despaired(self, text: str) -> str | None:
        """Count a question that got no answer; return why nobody is thought to be there once there are too many."""
        self._broken += 1
        if self._answered or self._broken < HOPELESS:
            return None
        return f"{text} (the first {self._broken} questions, and no answer to any)"

    def _give_up_late(self) -> str | None:
        """Give up workers that wait for too long; return why the subject is unavailable when it is."""
        now, why = time.monotonic(), None
        for worker in [worker for worker in self._workers if worker.late(now)]:
            task = worker.abandon()
            if task is not None:
                text = f"no answer within {self._limits.each:g} s"
                self._found[task[0], task[1]] = Reply("timeout", text=text, seconds=self._limits.each)
                self._hopeless.add(task[1])
                self._workers.remove(worker)
                self._hire(worker.place)
                why = why or self._despaired(text)
        return why

    def _dismiss(self) -> None:
        """Let every worker leave; abort those that do not."""
        for tasks in self._queues:
            tasks.clear()
        for worker in self._workers:
            if worker.busy:
                worker.abandon()
        until = time.monotonic() + self._limits.leave
        for worker in self._workers:
            worker.join(max(0.0, until - time.monotonic()))
            if worker.is_alive():
                worker.session_abort()

    def skip(self, number: int) -> bool:
        """Whether a question need not be asked again: it took too long or broke the subject before."""
        return number in self._hopeless

    def arrived(self, task: Task, reply: Reply | SubjectUnavailableError) -> None:
        """Hear from a worker, on its thread."""
        if isinstance(reply, Reply) and reply.kind == "broken":
            self._hopeless.add(task[1])
        self._arrived.put((task, reply))

    def open(self) -> Session:
        """Return a new session."""
        return self._open()

    @property
    def each(self) -> float:
        """Seconds that one question may take."""
        return self._limits.each
