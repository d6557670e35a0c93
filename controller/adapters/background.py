"""Scheduled jobs on a thread of their own, one at a time, each with a time limit. Fulfils controller.ports.Jobs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from controller.errors import AutopilotError
from controller.journal.state import State
from controller.ports import JobResult

Job = Callable[[State, float], JobResult]
"""What a job does: the state as it begins and unix time -> how it ended. Raises AutopilotError when it failed."""

LIMIT = 1800.0  # seconds


class _Run:
    """One run of one job; the thread is a daemon, so that a job that hangs keeps nobody from ending."""

    def __init__(self, name: str, job: Job, state: State, now: float) -> None:
        self.name = name
        self.began = time.monotonic()
        self.result: JobResult | None = None
        self.given_up = False
        self.thread = threading.Thread(target=self._do, args=(job, state, now), name=f"job {name}", daemon=True)
        self.thread.start()

    def _do(self, job: Job, state: State, now: float) -> None:
        try:
            self.result = job(state, now)
        except AutopilotError as error:
            self.result = JobResult(ok=False, text=str(error))
        except Exception as error:  # noqa: BLE001 - a fault in one job must not end up as a job that never ends
            self.result = JobResult(ok=False, text=f"a fault in the job itself: {type(error).__name__}: {error}")


class BackgroundJobs:
    """Jobs by name.

    Args:
        jobs: what each does.
        limit: seconds after which a job is given up; its thread is left to end by itself, and no other job begins
            before it has.
    """

    def __init__(self, jobs: Mapping[str, Job], limit: float = LIMIT) -> None:
        self._jobs = jobs
        self._limit = limit
        self._run: _Run | None = None

    def replace(self, jobs: Mapping[str, Job]) -> None:
        """Begin these from now on; the one that runs goes on."""
        self._jobs = jobs

    @property
    def running(self) -> str | None:
        """The job whose result nobody has taken yet."""
        return None if self._run is None or self._run.given_up else self._run.name

    def run(self, name: str, state: State, now: float) -> JobResult | None:
        """Begin a job, or look after the one that runs; return its result once, when it has ended."""
        if self._run is not None and self._run.given_up:
            if self._run.thread.is_alive():
                return JobResult(ok=False, text=f"{self._run.name} still hangs: restart the controller to be rid of it")
            self._run = None
        if self._run is None:
            if name not in self._jobs:
                return JobResult(ok=False, text=f"this controller knows no job {name!r}")
            self._run = _Run(name, self._jobs[name], state, now)
            return None
        return self._look(self._run) if self._run.name == name else None

    def _look(self, run: _Run) -> JobResult | None:
        if not run.thread.is_alive():
            self._run = None
            return run.result
        if time.monotonic() - run.began <= self._limit:
            return None
        run.given_up = True
        return JobResult(ok=False, text=f"{run.name} took longer than {self._limit:g} s and was given up")
