"""Seeds in processes: the same answer on any number of them, errors with their seed, and nobody left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from controller.errors import AutopilotError, ConfigError
from controller.trials.simulation.faults import preset
from controller.trials.simulation.seeds import Job, Played, play
from controller.trials.simulation.setting import Setting
from tests.controller.trials.simulation.test_load import PLANT, written

SHORT = Setting(days=3)


def figures(played: tuple[Played, ...]) -> list[object]:
    """Return all that must not depend on how it was computed."""
    return [(one.primary, one.result, one.happened) for one in played]


def test_the_number_of_workers_changes_nothing(tmp_path: Path) -> None:
    spec = f"{written(tmp_path / 'a plant.py')}:make"
    job = Job(spec, "random", Setting(days=4, faults=preset("many")))
    heard: list[int] = []
    alone = play(job, range(5, 9), 1, lambda: heard.append(1))
    both = play(job, range(5, 9), 2, lambda: heard.append(2))
    assert figures(alone) == figures(both)
    assert [one.result.seed for one in alone] == [5, 6, 7, 8]
    assert heard == [1] * 4 + [2] * 4


def test_a_seed_is_the_same_alone_and_among_others() -> None:
    job = Job("builtin", "random", SHORT)
    assert figures(play(job, range(2, 5), 1))[1] == figures(play(job, [3], 1))[0]


def test_doing_nothing_has_a_regret_of_exactly_1() -> None:
    for one in play(Job("builtin", "static", SHORT), range(3), 1):
        assert one.result.regret == 1.0
        assert (one.result.canaries, one.result.coverage95) == (0, None)


@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_failing_seed_is_named(tmp_path: Path, workers: int) -> None:
    text = PLANT.replace("return Plant(seed)", "return Plant(seed) if seed < 6 else 1 / 0")
    spec = f"{written(tmp_path / 'plant.py', text)}:make"
    with pytest.raises(ConfigError, match=r"^seed 6: plant .* the factory raised ZeroDivisionError"):
        play(Job(spec, "static", SHORT), range(4, 9), workers)


def test_a_plant_that_fails_in_mid_run_names_seed_and_day(tmp_path: Path) -> None:
    text = PLANT.replace('return {"value"', 'return {"value": float("nan") if day > 1 else 0.5, "other"')
    spec = f"{written(tmp_path / 'plant.py', text)}:make"
    with pytest.raises(ConfigError, match=r"^seed 2: plant .* day=1\.5\): 'value' is nan, not a finite number$"):
        play(Job(spec, "random", SHORT), [2], 1)


@pytest.mark.parametrize(("plant", "proposer"), [("builtin:nothing", "static"), ("builtin", "klaman")])
def test_a_wrong_name_is_no_seeds_fault(plant: str, proposer: str) -> None:
    with pytest.raises(ConfigError) as caught:
        play(Job(plant, proposer, SHORT), range(3), 2)
    assert "seed" not in str(caught.value)


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_plant_prints_is_kept_off_stdout(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], workers: int
) -> None:
    spec = f"{written(tmp_path / 'plant.py', 'print(1)' + PLANT + '    print(seed)')}:Plant"
    play(Job(spec, "static", SHORT), range(2), workers)
    assert capfd.readouterr().out == ""


def test_a_worker_that_is_killed_is_said_to_be(tmp_path: Path) -> None:
    text = PLANT + "\n\ndef dies(seed):\n    import os\n    os._exit(9)\n"
    with pytest.raises(AutopilotError, match="a worker process was killed"):
        play(Job(f"{written(tmp_path / 'plant.py', text)}:dies", "static", SHORT), range(3), 2)


def test_an_error_of_ours_carries_the_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("controller.trials.simulation.seeds.World", broken)
    with pytest.raises(RuntimeError) as caught:
        play(Job(f"{written(tmp_path / 'plant.py')}:make", "static", SHORT), [11], 1)
    assert "seed 11" in caught.value.__notes__[0]


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_their_parent(tmp_path: Path, how: signal.Signals) -> None:
    ours = tmp_path / "workers"
    ours.mkdir()
    text = f"import os, time\n{PLANT}\n    x\n".replace(
        "    x\n",
        f"def slow(seed):\n    open(os.path.join({str(ours)!r}, str(os.getpid())), 'w')\n    time.sleep(60)\n",
    )
    spec = f"{written(tmp_path / 'plant.py', text)}:slow"
    program = (
        "from controller.trials.simulation.seeds import *\n"
        "if __name__ == '__main__':\n"
        f"    play(Job({spec!r}, 'static', Setting(days=1)), range(4), 2)\n"
    )
    script = tmp_path / "script.py"
    script.write_text(program)
    parent = subprocess.Popen((sys.executable, str(script)), stderr=subprocess.DEVNULL)
    for _ in range(1800):
        if len(list(ours.iterdir())) == 2:
            break
        time.sleep(0.05)
    parent.send_signal(how)
    parent.wait(timeout=60)
    workers = [int(path.name) for path in ours.iterdir()]
    assert len(workers) == 2
    for _ in range(1000):
        if not any(_alive(pid) for pid in workers):
            return
        time.sleep(0.05)
    raise AssertionError("a worker goes on without its parent")


def _alive(pid: int) -> bool:
    """Whether a process runs; a dead one that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")
