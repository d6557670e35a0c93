"""Planner selections per second: Gumbel-Top-k by batches, against NumPy's sampling without replacement."""

from __future__ import annotations

import numpy as np

from benchmarks._measure import measure, table
from components.planner.library import build_library
from components.planner.planner import CANDIDATES, Planner
from exporter import reference

REPEATS = 2000


def run() -> str:
    """Measure one selection at a time and a hundred; the peer draws from the same laws, one at a time."""
    planner = Planner(build_library(np.random.default_rng(1)))
    values = {spec.name: spec.default for spec in reference.REFERENCE_PARAMETERS.specs}
    rng = np.random.default_rng(2)
    top_k, temperature = int(values[reference.TOP_K]), float(values[reference.TEMPERATURE])

    shards = np.arange(CANDIDATES)

    def peer() -> object:
        videos = rng.integers(len(planner.library) // CANDIDATES, size=CANDIDATES) * CANDIDATES + shards
        weights = np.exp(planner.library.quality[videos] / temperature)
        return videos[rng.choice(CANDIDATES, top_k, replace=False, p=weights / weights.sum())]

    batches = {"ours, batches of 1": 1, "ours, batches of 100": 100}
    actions = {name: lambda n=n: planner.select(values, n, rng) for name, n in batches.items()}
    taken = measure({**actions, "numpy Generator.choice": peer}, REPEATS)
    rows = [(name, *(f"{batches.get(name, 1) / x:,.0f}" for x in (t.mean, t.high, t.low))) for name, t in taken.items()]
    return table((f"top {top_k} of {CANDIDATES}", "mean /s", "slowest /s", "fastest /s"), rows)
