"""Writes what was measured: raw results, then page and plots from these, so that anybody can draw them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from benchmarks.autopilot import page, results
from benchmarks.autopilot.cases import Case
from benchmarks.autopilot.plots import PLOTS
from benchmarks.autopilot.results import Results

JSON: Final = "autopilot.json"
PAGE: Final = "autopilot.md"


def publish(measured: Results, cases: Mapping[str, Case], folder: Path) -> Iterator[Path]:
    """Write every file into the folder, making it if need be, and yield each path as it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = folder / JSON
    results.dump(measured, raw)
    yield raw
    written = results.load(raw)
    text = folder / PAGE
    text.write_text(page.render(written, cases), encoding="utf-8")
    yield text
    for plot in PLOTS:
        if plot.possible(written):
            yield plot.write(folder, written)
