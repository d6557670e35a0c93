"""A benchmark's raw results and their JSON: per case and proposer the figures of every seed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.autopilot.cases import OURS, SHOWN
from benchmarks.autopilot.play import Pair, Run
from benchmarks.autopilot.seeds import SeedSet
from controller.trials.simulation.summary import FIGURES, Figure, figure

PAIRED_SEEDS: Final = 10  # seeds of the shown case whose predictions are kept
_DIGITS: Final = 5


@dataclass(frozen=True)
class Score:
    """What a proposer did in a case.

    Attributes:
        case: its name.
        proposer: the proposer's name.
        seeds: that it played.
        figures: per figure of `Result` its value on every seed; None where there is nothing to measure.
        seconds: of computation per seed.
        course: mean regret until the end of each day, as a share of static's over all days.
        course_se: its standard error over seeds.
        pairs: predictions and what was measured; kept of ours in one case.
    """

    case: str
    proposer: str
    seeds: tuple[int, ...]
    figures: Mapping[str, tuple[float | None, ...]]
    seconds: float
    course: tuple[float, ...]
    course_se: tuple[float, ...]
    pairs: tuple[Pair, ...] = ()

    def figure(self, name: str) -> Figure:
        """Return a figure over seeds."""
        return figure(self.figures[name])


@dataclass(frozen=True)
class Results:
    """All scores of a benchmark, and which data they are from."""

    seed_set: SeedSet
    scores: tuple[Score, ...]

    @property
    def cases(self) -> list[str]:
        """Names in the order of play."""
        return list(dict.fromkeys(score.case for score in self.scores))

    @property
    def proposers(self) -> list[str]:
        """Names in the order of play."""
        return list(dict.fromkeys(score.proposer for score in self.scores))

    def get(self, case: str, proposer: str) -> Score | None:
        """Return the score of a proposer in a case, if it played."""
        return next((score for score in self.scores if (score.case, score.proposer) == (case, proposer)), None)


def collect(seed_set: SeedSet, runs: Iterable[Run]) -> Results:
    """Return the scores of runs."""
    grouped: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        grouped.setdefault((run.case, run.proposer), []).append(run)
    return Results(seed_set, tuple(_score(group) for group in grouped.values()))


def _score(runs: list[Run]) -> Score:
    first = runs[0]
    days = np.array([run.course for run in runs])
    spread = days.std(axis=0, ddof=1) / np.sqrt(len(runs)) if len(runs) > 1 else np.zeros(days.shape[1])
    shown = (first.case, first.proposer) == (SHOWN, OURS)
    return Score(
        case=first.case,
        proposer=first.proposer,
        seeds=tuple(run.result.seed for run in runs),
        figures={name: tuple(_short(getattr(run.result, name)) for run in runs) for name in FIGURES},
        seconds=_rounded(sum(run.seconds for run in runs) / len(runs)),
        course=tuple(map(_rounded, days.mean(axis=0).tolist())),
        course_se=tuple(map(_rounded, spread.tolist())),
        pairs=tuple(_pair(pair) for run in runs[:PAIRED_SEEDS] for pair in run.pairs) if shown else (),
    )


def _pair(pair: Pair) -> Pair:
    return Pair(*(_rounded(number) for number in (pair.effect, pair.low, pair.high, pair.measured)))


def _short(value: float | None) -> float | None:
    return value if value is None or isinstance(value, int) else _rounded(value)


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")


def dump(results: Results, path: Path) -> None:
    """Write results as JSON, one score a line."""
    lines = [json.dumps(_record(score), allow_nan=False) for score in results.scores]
    head = f'"command": "python -m benchmarks.autopilot",\n"seed_set": "{results.seed_set}"'
    path.write_text(f'{{\n{head},\n"scores": [\n' + ",\n".join(lines) + "\n]\n}\n", encoding="utf-8")


def load(path: Path) -> Results:
    """Read what `dump` wrote. Raises KeyError and ValueError where it is something else."""
    read = json.loads(path.read_text(encoding="utf-8"))
    scores = tuple(
        Score(
            case=record["case"],
            proposer=record["proposer"],
            seeds=tuple(record["seeds"]),
            figures={name: tuple(values) for name, values in record["figures"].items()},
            seconds=record["seconds"],
            course=tuple(record["course"]),
            course_se=tuple(record["course_se"]),
            pairs=tuple(Pair(*numbers) for numbers in record.get("pairs", ())),
        )
        for record in read["scores"]
    )
    return Results(SeedSet(read["seed_set"]), scores)


def _record(score: Score) -> Mapping[str, object]:
    record = {**vars(score), "pairs": [list(vars(pair).values()) for pair in score.pairs]}
    return record if score.pairs else {key: value for key, value in record.items() if key != "pairs"}
