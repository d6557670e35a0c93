"""History for the demo's Prometheus: the service under a simulated clock, turned into blocks by promtool."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from components.history import Coarse, Fine, Turn, write_history
from controller.errors import UnavailableError
from controller.trials.demo.settings import FINE_SECONDS, RATE, SEED


@dataclass(frozen=True)
class Past:
    """What lies behind a demo: in words, in which detail, and what happened to the viewers on the way."""

    text: str
    coarse: Coarse = field(default_factory=Coarse)
    turn: Turn | None = None


DAY: Final = Past("one day of the same service (a sample a minute, then a sample a second)")


def make_history(folder: Path, end: float, past: Past, progress: Callable[[float], None]) -> list[Path]:
    """Simulate the past that ends at unix time `end`; return its OpenMetrics files."""
    return write_history(
        folder,
        end=end,
        seed=SEED,
        stopwatch=time.perf_counter,
        coarse=past.coarse,
        turn=past.turn,
        fine=Fine(seconds=FINE_SECONDS, rate=RATE),
        progress=progress,
    )


def make_blocks(promtool: Path, files: list[Path], database: Path) -> None:
    """Turn OpenMetrics files into blocks of a Prometheus that is not running. Raises UnavailableError."""

    def one(file: Path) -> None:
        command = [str(promtool), "tsdb", "create-blocks-from", "openmetrics", str(file), str(database)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode != 0:
            raise UnavailableError(f"promtool could not backfill {file}: {done.stderr.strip() or done.stdout.strip()}")

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(one, files))
