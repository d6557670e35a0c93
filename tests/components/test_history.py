"""History is accepted by a real promtool, honest about its rates, and made in seconds."""

from __future__ import annotations

import subprocess
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from components.history import Coarse, Fine, Turn, write_history
from controller.stack.servers import find_servers
from exporter import names
from exporter.reference import REFERENCE_PARAMETERS

END = 1_763_600_000.7
SHORT = Coarse(hours=3), Fine(seconds=300)


def write(folder: Path, coarse: Coarse, fine: Fine, seed: int = 1) -> list[Path]:
    return write_history(folder, end=END, seed=seed, stopwatch=lambda: 0.0, coarse=coarse, fine=fine)


def series(paths: list[Path], name: str, *labels: str) -> dict[int, float]:
    """Return time -> sum of the samples of that name whose line holds all of `labels`."""
    found: dict[int, float] = {}
    for path in paths:
        for line in path.read_text().splitlines():
            if line.startswith(name + "{") and all(label in line for label in labels):
                _, value, stamp = line.rsplit(" ", 2)
                found[int(stamp)] = found.get(int(stamp), 0.0) + float(value)
    return found


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write(tmp_path_factory.mktemp("history"), *SHORT)


def test_times_are_coarse_then_fine_and_end_now(short: list[Path]) -> None:
    stamps = list(series(short, "vvtv_parameter_file_loaded_timestamp_seconds"))
    assert stamps[-1] == int(END)
    gaps = [late - early for early, late in pairwise(stamps)]
    assert gaps == [60] * 179 + [1] * 300


def test_counters_only_rise_and_keep_the_stated_rates(short: list[Path]) -> None:
    plays = list(series(short, "vvtv_plays_total").values())
    steps = np.diff(plays)
    assert (steps >= 0).all()
    # Poisson means: standard errors 1.3 and 1.0
    assert steps[:179].mean() == pytest.approx(300, abs=6)
    assert steps[179:].mean() == pytest.approx(300, abs=5)
    canary = np.diff(list(series(short, "vvtv_plays_total", 'variant="canary"').values()))[179:]
    assert canary.mean() == pytest.approx(60, abs=4)
    assert canary.var() == pytest.approx(60, rel=0.4)


def test_every_line_carries_the_labels_of_the_live_scrape(short: list[Path]) -> None:
    wanted = f'job="{names.JOB_SERVICE}",instance="{names.INSTANCE_SERVICE}"'
    for path in short:
        lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
        assert lines
        assert all(wanted in line for line in lines)


def test_the_fine_part_has_fresh_diversity_every_second_and_the_llm_answers(short: list[Path]) -> None:
    entropy = list(series(short, "vvtv_selection_entropy_ratio", "control").values())
    assert len(set(entropy[180:])) >= 299
    calls = np.diff(list(series(short, "vvtv_llm_requests_total", 'outcome="ok"').values()))[180:]
    assert calls.mean() == pytest.approx(3.0, abs=0.5)
    used = list(series(short, "vvtv_curator_apply_budget_used_ratio").values())
    assert 0.2 < np.mean(used[60:]) < 0.6
    assert max(used) < 0.9


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    parts = Coarse(hours=0.5), Fine(seconds=20)
    one, same, other = (write(tmp_path / str(i), *parts, seed=seed) for i, seed in enumerate((5, 5, 6)))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in same]
    assert [path.read_bytes() for path in one] != [path.read_bytes() for path in other]


def test_other_parameters_and_progress(tmp_path: Path) -> None:
    shares: list[float] = []
    hot = {**REFERENCE_PARAMETERS.defaults(), "temperature": 0.9}
    paths = write_history(
        tmp_path,
        end=END,
        seed=1,
        stopwatch=time.perf_counter,
        coarse=Coarse(hours=0),
        fine=Fine(seconds=120),
        parameters=hot,
        progress=shares.append,
    )
    assert set(series(paths, "vvtv_parameter_value", "temperature", "canary").values()) == {0.9}
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) >= 3


def test_parts_that_cannot_be_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1 s"):
        write(tmp_path, Coarse(step=0), Fine())


@pytest.mark.slow
def test_of_a_whole_day_promtool_makes_one_block_per_file(tmp_path: Path) -> None:
    promtool = find_servers().promtool
    paths = write_history(tmp_path / "text", end=END, seed=1, stopwatch=time.perf_counter)
    assert len(paths) in {13, 14}
    for path in paths:
        subprocess.run(
            [promtool, "tsdb", "create-blocks-from", "openmetrics", "--quiet", path, tmp_path / "tsdb"], check=True
        )
    assert len(list((tmp_path / "tsdb").iterdir())) == len(paths)
    (tmp_path / "tsdb" / "wal").mkdir()  # promtool dump of 2.42 wants one
    dump = subprocess.run(
        [promtool, "tsdb", "dump", '--match=vvtv_plays_total{variant="control"}', tmp_path / "tsdb"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert len([line for line in dump if 'completed="true"' in line]) == 24 * 60 + 1800
    assert all('job="vvtv"' in line and 'instance="reference"' in line for line in dump)


def test_viewers_that_change_on_the_way_complete_less_in_every_arm_from_then_on(tmp_path: Path) -> None:
    coarse, fine = Coarse(hours=4, step=120), Fine(seconds=0)
    paths = write_history(
        tmp_path, end=END, seed=1, stopwatch=lambda: 0.0, coarse=coarse, fine=fine, turn=Turn(2 * 3600, -1.0)
    )
    for arm in names.ARMS:
        done, all_of_them = (
            series(paths, "vvtv_plays_total", f'variant="{arm}"', *extra) for extra in (('completed="true"',), ())
        )
        first, middle, last = min(done), round(END - 2 * 3600) // 120 * 120, max(done)
        middle = min(done, key=lambda at: abs(at - middle))

        def share(start: int, end: int, some: dict[int, float] = done, every: dict[int, float] = all_of_them) -> float:
            return (some[end] - some[start]) / (every[end] - every[start])

        assert share(first, middle) - share(middle + 120, last) == pytest.approx(0.24, abs=0.05)
