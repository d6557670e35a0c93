"""Writes what was measured: raw results, then page and plots from these, so that anybody can draw them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from benchmarks.canary import page, results
from benchmarks.canary.family import Family
from benchmarks.canary.plots import PLOTS
from benchmarks.canary.results import Results
from controller.decide.case import Judge

JSON: Final = "canary.json"
PAGE: Final = "canary.md"


def publish(measured: Results, families: Mapping[str, Family], ours: Judge, folder: Path) -> Iterator[Path]:
    """Write every file into the folder, making it if need be, and yield each path as it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = folder / JSON
    results.dump(measured, families, raw)
    yield raw
    written = results.load(raw)
    text = folder / PAGE
    text.write_text(page.render(written, families), encoding="utf-8")
    yield text
    for plot in PLOTS:
        if plot.possible(written):
            yield plot.write(folder, written, ours)
