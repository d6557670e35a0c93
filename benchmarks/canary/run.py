"""Sends every family's cases through the judges, on several processes. Each case is made once and judged by all."""

from __future__ import annotations

import math
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

from benchmarks.canary.family import Family
from benchmarks.canary.judges import OURS
from benchmarks.canary.seeds import SeedSet
from benchmarks.canary.tally import End, Tally
from controller.decide.case import Judge

_BATCH: Final = 25
_LEAST: Final = 1


@dataclass(frozen=True)
class Plan:
    """How much is measured: `runs` cases per family by our judge, the first `rival_runs` of them by others."""

    seeds: SeedSet
    runs: int
    rival_runs: int

    def size(self, family: Family, judge: str) -> int:
        """Return how many cases of a family a judge gets."""
        runs = self.runs if judge == OURS else min(self.runs, self.rival_runs)
        return max(_LEAST, math.ceil(runs * family.portion))


@dataclass(frozen=True)
class _Work:
    families: Mapping[str, Family]
    judges: Mapping[str, Judge]
    plan: Plan


@dataclass(frozen=True)
class _Batch:
    family: str
    first: int
    end: int

    @property
    def runs(self) -> range:
        return range(self.first, self.end)


@dataclass(frozen=True)
class _Counted:
    batch: _Batch
    ends: dict[str, Counter[End]]
    seconds: dict[str, float]


_WORK: list[_Work] = []  # of a worker process, set once as it starts


def run(
    families: Mapping[str, Family],
    judges: Mapping[str, Judge],
    plan: Plan,
    *,
    jobs: int = 1,
    done: Callable[[int], None] = lambda _: None,
) -> list[Tally]:
    """Return a tally per family and judge, in the order of both.

    Args:
        families: by name.
        judges: by name.
        plan: how many cases.
        jobs: processes; with 1 all happens in this one, with more families and judges are pickled.
        done: called with the number of cases that were judged since the call before.
    """
    work = _Work(families, judges, plan)
    ends: dict[tuple[str, str], Counter[End]] = {}
    seconds: dict[tuple[str, str], float] = {}
    for counted in _all(work, jobs):
        for judge in counted.ends:
            key = counted.batch.family, judge
            ends[key] = ends.get(key, Counter()) + counted.ends[judge]
            seconds[key] = seconds.get(key, 0.0) + counted.seconds[judge]
        done(len(counted.batch.runs))
    keys = [(family, judge) for family in families for judge in judges]
    return [Tally(*key, ends[key], seconds[key]) for key in keys]


def total(families: Mapping[str, Family], judges: Mapping[str, Judge], plan: Plan) -> int:
    """Return how many cases `run` will make."""
    return sum(_cases(family, judges, plan) for family in families.values())


def _cases(family: Family, judges: Mapping[str, Judge], plan: Plan) -> int:
    return max(plan.size(family, judge) for judge in judges)


def _batches(work: _Work) -> list[_Batch]:
    return [
        _Batch(family.name, first, min(first + _BATCH, cases))
        for family in work.families.values()
        for cases in [_cases(family, work.judges, work.plan)]
        for first in range(0, cases, _BATCH)
    ]


def _all(work: _Work, jobs: int) -> Iterator[_Counted]:
    if jobs == 1:
        yield from map(partial(_judge, work), _batches(work))
        return
    spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    with ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_start, initargs=(work,)) as pool:
        yield from pool.map(_judge_here, _batches(work))


def _start(work: _Work) -> None:
    _WORK.append(work)


def _judge_here(batch: _Batch) -> _Counted:
    return _judge(_WORK[0], batch)


def _judge(work: _Work, batch: _Batch) -> _Counted:
    family = work.families[batch.family]
    ends: dict[str, Counter[End]] = {name: Counter() for name in work.judges}
    seconds = dict.fromkeys(work.judges, 0.0)
    for number in batch.runs:
        case = family.case(work.plan.seeds, number)
        for name, judge in work.judges.items():
            if number >= work.plan.size(family, name):
                continue
            start = time.perf_counter()
            try:
                outcome = judge(case)
            except Exception as error:
                error.add_note(f"judge {name!r} failed on {case.id}, seeds {work.plan.seeds}")
                raise
            seconds[name] += time.perf_counter() - start
            ends[name][outcome.verdict, outcome.decided_at] += 1
    return _Counted(batch, ends, seconds)
