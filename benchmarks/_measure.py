"""Times several things in turn, so that a busy moment of the machine hits all of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """Seconds per call over many repeats."""

    mean: float
    low: float
    high: float


def measure(actions: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Times]:
    """Return how long each action takes, by name; each is called once before, unmeasured, to warm its caches."""
    for action in actions.values():
        action()
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(repeats):
        for name, action in actions.items():
            start = time.perf_counter()
            action()
            taken[name].append(time.perf_counter() - start)
    return {name: Times(sum(each) / repeats, min(each), max(each)) for name, each in taken.items()}


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
