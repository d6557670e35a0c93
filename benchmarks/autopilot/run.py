"""Plays all cases on several processes; a job is one case on one seed."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from benchmarks.autopilot.cases import Case
from benchmarks.autopilot.play import Run, play
from benchmarks.autopilot.seeds import SeedSet, seeds

_ONE_THREAD = "OPENBLAS_NUM_THREADS"


@dataclass(frozen=True)
class Plan:
    """How much is played: every case on so many seeds of a set, by these proposers."""

    seed_set: SeedSet
    seeds: int
    proposers: tuple[str, ...]

    def proposers_of(self, case: Case) -> tuple[str, ...]:
        """Return who plays a case."""
        return tuple(name for name in self.proposers if case.proposers is None or name in case.proposers)


@dataclass(frozen=True)
class _Job:
    case: Case
    proposers: tuple[str, ...]
    seed: int


def total(cases: Mapping[str, Case], plan: Plan) -> int:
    """Return how many jobs `run` will do."""
    return len(_jobs(cases, plan))


def run(
    cases: Mapping[str, Case], plan: Plan, *, workers: int = 1, done: Callable[[], None] = lambda: None
) -> list[Run]:
    """Return a run per case, seed and proposer, in that order.

    Args:
        cases: by name.
        plan: how much is played.
        workers: processes; with 1 all happens in this one.
        done: called after each job.
    """
    found = []
    for runs in _all(_jobs(cases, plan), workers):
        found += runs
        done()
    return found


def _jobs(cases: Mapping[str, Case], plan: Plan) -> list[_Job]:
    return [
        _Job(case, plan.proposers_of(case), seed)
        for case in cases.values()
        if plan.proposers_of(case)
        for seed in seeds(plan.seed_set, case.seeds(plan.seeds))
    ]


def _all(jobs: list[_Job], workers: int) -> Iterator[list[Run]]:
    if workers == 1:
        yield from map(_play, jobs)
        return
    os.environ.setdefault(_ONE_THREAD, "1")  # the processes are the parallelism
    spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        yield from pool.map(_play, jobs)


def _play(job: _Job) -> list[Run]:
    return play(job.case, job.proposers, job.seed)
