"""Plays everything on several processes; a job is one seed of one case."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

from benchmarks.drift import journal, plant
from benchmarks.drift.levels import Course
from benchmarks.drift.plant import Seen
from benchmarks.drift.seeds import SeedSet, seeds

_ONE_THREAD = "OPENBLAS_NUM_THREADS"
MEMORIES: Final = (0.0, 0.5, 0.9)
SHIFTS: Final = (0.5, 1.0, 2.0)
QUIET: Final[dict[str, Course]] = {
    **{f"memory {memory:g}": Course(memory) for memory in MEMORIES},
    "memory 0.5, weekends 1.5 sd higher": Course(0.5, weekend=1.5),
    "memory 0.9 under as much white noise": Course(0.9, white=0.5),
    "memory 0.5, 1 % spikes of 8 sd": Course(0.5, spikes=0.01),
}
SHIFTED: Final[dict[str, Course]] = {
    **{
        f"memory {memory:g}, shift {shift:g} sd": Course(memory, shift=shift) for memory in MEMORIES for shift in SHIFTS
    },
    "memory 0.5, 2 sd over 72 h": Course(0.5, shift=2.0, ramp=72),
}
PLANTS: Final = ("quadratic-5-low", "quadratic-5-high", "bent-3-low", "bent-5-high")
CADENCES: Final = (1.0, 2.0)
HEALTHY_DAYS, BROKEN_DAYS = 365, 75


@dataclass(frozen=True)
class Plan:
    """How many seeds of a set: of quiet and of shifted KPIs, and per plant of healthy and of broken autopilots."""

    seed_set: SeedSet
    quiet: int
    shifted: int
    healthy: int
    broken: int


@dataclass(frozen=True)
class Job:
    """One seed of one case: of a `kind` of play, by its arguments."""

    kind: str
    case: str
    cadence: float
    plant: str
    seed: int


@dataclass(frozen=True)
class Done:
    """A job and what came of it: what detectors saw, or the days of pauses with their causes."""

    job: Job
    seen: tuple[Seen, ...] = ()
    paused: tuple[tuple[float, str], ...] = ()


def jobs(plan: Plan) -> list[Job]:
    """Return every job, long ones first."""
    many = seeds(plan.seed_set, max(plan.quiet, plan.shifted, plan.healthy, plan.broken))
    found = [
        Job("journal", wrong, cadence, name, seed)
        for wrong in journal.BROKEN
        for cadence in CADENCES
        for name in PLANTS
        for seed in many[: plan.healthy if wrong == "healthy" else plan.broken]
    ]
    found += [Job("quiet", case, 0.0, "", seed) for case in QUIET for seed in many[: plan.quiet]]
    found += [Job("shifted", case, 0.0, "", seed) for case in SHIFTED for seed in many[: plan.shifted]]
    return found


def play(job: Job) -> Done:
    """Return what comes of a job."""
    if job.kind == "quiet":
        return Done(job, tuple(plant.quiet(QUIET[job.case], job.seed)))
    if job.kind == "shifted":
        return Done(job, tuple(plant.shifted(SHIFTED[job.case], job.seed)))
    days = HEALTHY_DAYS if job.case == "healthy" else BROKEN_DAYS
    found = journal.play(job.plant, job.case, job.seed, days, job.cadence)
    return Done(job, paused=tuple(zip(found.at, found.causes, strict=True)))


def run(plan: Plan, workers: int) -> Iterable[Done]:
    """Return every job's result, in the order of the jobs."""
    if workers == 1:
        return list(map(play, jobs(plan)))
    os.environ.setdefault(_ONE_THREAD, "1")  # the processes are the parallelism
    spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        return list(pool.map(play, jobs(plan), chunksize=4))
