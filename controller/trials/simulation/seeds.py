"""The same simulation on several seeds, in processes; the answer does not depend on how many there are.

A worker is told names, never objects: it loads the plant's file itself. What a plant prints goes to stderr, so that
stdout is ours. A worker ends with its parent, however that ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from multiprocessing import connection

from controller.errors import AutopilotError, ConfigError
from controller.trials.simulation.load import MakePlant, maker
from controller.trials.simulation.proposers import proposer
from controller.trials.simulation.record import Happened, Result
from controller.trials.simulation.setting import Setting
from controller.trials.simulation.task import MakeProposer
from controller.trials.simulation.world import World

GONE = 1


@dataclass(frozen=True)
class Job:
    """What is simulated on every seed.

    Attributes:
        plant: as `load.maker` reads it.
        proposer: name of who chooses the changes.
        setting: how a run goes.
    """

    plant: str
    proposer: str
    setting: Setting


@dataclass(frozen=True)
class Played:
    """One seed's run.

    Attributes:
        primary: the plant's response to maximise.
        result: its figures.
        happened: every opportunity in order.
        seconds: that it took.
    """

    primary: str
    result: Result
    happened: tuple[Happened, ...]
    seconds: float


def play(job: Job, seeds: Sequence[int], workers: int, done: Callable[[], None] = lambda: None) -> tuple[Played, ...]:
    """Return one run per seed, in the seeds' order.

    Args:
        job: what is simulated.
        seeds: in this order.
        workers: processes; 1 for none besides this one.
        done: called after each seed.

    Raises:
        ConfigError: no such plant or proposer, or a plant that fails; the first failing seed is named.
        AutopilotError: a worker was killed.
    """
    with redirect_stdout(sys.stderr):
        made, plant = proposer(job.proposer), maker(job.plant)  # wrong names are no seed's fault
        if min(workers, len(seeds)) > 1:
            return _in_processes(job, seeds, workers, done)
        found = []
        for seed in seeds:
            found.append(_one(job, made, plant, seed))
            done()
        return tuple(found)


def _one(job: Job, make: MakeProposer, plant: MakePlant, seed: int) -> Played:
    began = time.perf_counter()
    try:
        truth = plant(seed)
        world = World(truth, make, job.setting, seed)
        result = world.run()
    except ConfigError as error:
        raise ConfigError(f"seed {seed}: {error}") from error
    except Exception as error:
        error.add_note(f"in the simulation of seed {seed}: plant {job.plant}, proposer {job.proposer}")
        raise
    return Played(truth.primary, result, tuple(world.tally.happened), time.perf_counter() - began)


def _in_processes(job: Job, seeds: Sequence[int], workers: int, done: Callable[[], None]) -> tuple[Played, ...]:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread per worker is all there is to share
    spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    before = set(multiprocessing.active_children())
    with ProcessPoolExecutor(min(workers, len(seeds)), mp_context=spawn, initializer=_begin) as pool:
        try:
            held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # Ctrl-C is the parent's to hear
            try:
                answers = pool.map(_here, [job] * len(seeds), seeds)
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, held)
            found = []
            for played in answers:
                found.append(played)
                done()
        except BrokenProcessPool:
            raise AutopilotError(
                "a worker process was killed, perhaps for want of memory; fewer --workers need less, and --workers 1 "
                "shows what a plant of yours does"
            ) from None
        except BaseException:
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()
            raise
    return tuple(found)


def _begin() -> None:
    """Make this process a worker."""
    sys.stdout = sys.stderr
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(GONE)


def _here(job: Job, seed: int) -> Played:
    return _one(job, *_makers(job.plant, job.proposer), seed)


@cache
def _makers(plant: str, name: str) -> tuple[MakeProposer, MakePlant]:
    """Return the makers, which a worker loads once."""
    return proposer(name), maker(plant)
