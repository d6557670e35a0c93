"""A day of history for the demo's Prometheus: the service under a simulated clock, turned into blocks by promtool."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from components.history import Coarse, Fine, write_history
from controller.errors import UnavailableError
from controller.trials.demo.settings import FINE_SECONDS, RATE, SEED


def make_history(folder: Path, end: float, progress: Callable[[float], None]) -> list[Path]:
    """Simulate the day that ends at unix time `end`; return its OpenMetrics files."""
    return write_history(
        folder,
        end=end,
        seed=SEED,
        stopwatch=time.perf_counter,
        coarse=Coarse(hours=24),
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
