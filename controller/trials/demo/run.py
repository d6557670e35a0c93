"""Plays the acts in order and writes what was seen: summary.json, report.html, the dashboards."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from controller.errors import AutopilotError, StorageError
from controller.trials.demo.act import Act, Result
from controller.trials.demo.chart import Band
from controller.trials.demo.failure import ActFailedError
from controller.trials.demo.narrator import Narrator
from controller.trials.demo.report import write_report
from controller.trials.demo.show import Show
from controller.trials.demo.stage import Stage, open_stage
from grafana.compile import compile_boards, panel_queries

MARK = ".vvtv-demo"
BOARD_RATE, BOARD_RANGE, BOARD_SECONDS, BOARD_STEP = "8s", "3m", 180.0, 1.0


def _clear(folder: Path) -> None:
    """Empty the demo's folder; refuse one that is not the demo's."""
    try:
        if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
            raise StorageError(f"{folder} holds files that are not the demo's; choose an empty folder with --out")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text("made by `vvtvctl demo`; it is emptied at the next run\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"cannot use the folder {folder}: {error.strerror}; choose a writable one with --out"
        ) from None


def _play(act: Act, stage: Stage) -> Result:
    start = time.monotonic()
    try:
        evidence = act.play(stage)
        passed = True
    except (ActFailedError, AutopilotError) as error:
        evidence, passed = {"failure": str(error)}, False
    except Exception as error:  # noqa: BLE001 - a broken act must not hide what the others show
        evidence, passed = {"failure": f"{type(error).__name__}: {error}"}, False
    return Result(act.name, act.promise, passed, time.monotonic() - start, evidence)


def _boards(stage: Stage, narrator: Narrator, show: Show) -> dict[str, Any]:
    """Run the queries of the panels that a show fills on its Prometheus; say which answer nothing."""
    narrator.title("The boards")
    known = panel_queries(rate_interval=BOARD_RATE, time_range=BOARD_RANGE)
    queries = [query for query in known if show.fills(query.panel)]
    time.sleep(BOARD_STEP)  # queries are answered at whole steps: one that comes after the last sample
    now = stage.clock.now()
    empty = []
    for query in queries:
        series = stage.prometheus.range(query.expr, now - BOARD_SECONDS, now, BOARD_STEP).series
        if not any(np.isfinite(one.values).any() for one in series):
            empty.append(f"{query.board}: {query.panel}")
    stage.say(
        f"{len(queries)} queries of the panels were run on Prometheus; without data: {', '.join(empty) or 'none'}"
    )
    return {"queries": len(queries), "without_data": empty}


def run_demo(folder: Path, console: Console, show: Show) -> dict[str, Any]:
    """Play a show in a folder; return the summary, which also stands there as summary.json.

    Raises:
        AutopilotError: the stage could not be built; says what to do.
    """
    _clear(folder)
    start = time.monotonic()
    results: list[Result] = []
    bands: list[Band] = []
    with Narrator(console, len(show.acts)) as narrator:
        narrator.title("Stage: Prometheus, Alertmanager, the reference service, an LLM mock and the controller")
        with open_stage(folder, narrator, show.past, show.settings) as stage:
            built = time.monotonic() - start
            for number, act in enumerate(show.acts, 1):
                narrator.title(f"Act {number} of {len(show.acts)}, {act.name}: {act.promise}")
                began = stage.clock.now()
                result = _play(act, stage)
                results.append(result)
                bands.append(Band(began, stage.clock.now(), act.name))
                failure = "" if result.passed else f": {result.evidence['failure']}"
                narrator.verdict(passed=result.passed, text=f"in {result.seconds:.0f} s{failure}")
                narrator.act_done()
            boards = _boards(stage, narrator, show)
            summary: dict[str, Any] = {
                "show": show.name,
                "passed": all(result.passed for result in results) and not boards["without_data"],
                "seconds": round(time.monotonic() - start, 1),
                "stage_seconds": round(built, 1),
                "acts": [result.document() for result in results],
                "boards": boards,
                "logs": str(stage.layout.logs),
            }
            with narrator.waiting("writing the report"):
                write_report(folder / "report.html", show, summary, stage, bands)
    (folder / "dashboards").mkdir(exist_ok=True)
    for name, text in compile_boards().items():
        (folder / "dashboards" / name).write_text(text, encoding="utf-8")
    (folder / "summary.json").write_text(json.dumps(summary, indent=2, default=str) + "\n", encoding="utf-8")
    return summary
