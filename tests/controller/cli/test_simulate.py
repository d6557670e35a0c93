"""`vvtvctl autopilot simulate` from end to end: its JSON, its page, its errors, its interrupt."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from controller.cli.autopilot.simulate_page import MEANS
from controller.trials.simulation.proposers import PROPOSERS
from controller.trials.simulation.summary import FIGURES
from tests.controller.cli.terminal import VVTVCTL, Result, Terminal
from tests.controller.running import strict_json
from tests.controller.trials.simulation.test_load import PLANT, written

SEVEN = (
    "regret",
    "unsafe_canaries",
    "unsafe_promotions",
    "unsafe_hours",
    "promotions",
    "rollbacks",
    "coverage95",
)
NUMBER = {"type": ["number", "null"]}
FIGURE = {"type": "object", "required": list(SEVEN), "additionalProperties": NUMBER}
SCHEMA = {
    "type": "object",
    "required": ["plant", "proposer", "level", "faults", "days", "seeds", "mean", "se", "count", "seconds_per_seed"],
    "properties": {
        "plant": {"type": "string"},
        "proposer": {"type": "string"},
        "level": {"enum": ["effect", "series"]},
        "faults": {"enum": ["none", "some", "many"]},
        "days": {"type": "integer"},
        "seeds": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["seed", *SEVEN],
                "properties": {"seed": {"type": "integer"}} | dict.fromkeys(SEVEN, NUMBER),
            },
        },
        "mean": FIGURE,
        "se": FIGURE,
        "count": FIGURE,
        "seconds_per_seed": {"type": "number", "exclusiveMinimum": 0},
    },
}


def simulate(terminal: Terminal, *options: str) -> Result:
    """Run it, with few days unless they are given."""
    days = () if "--days" in options else ("--days", "3")
    return terminal.run("autopilot", "simulate", *days, *options)


def told(terminal: Terminal, *options: str) -> dict[str, Any]:
    """Return the JSON of a run that must succeed."""
    found = simulate(terminal, *options, "--json")
    assert (found.code, found.err) == (0, "")
    document: dict[str, Any] = found.json()
    jsonschema.validate(document, SCHEMA)
    return document


@pytest.fixture
def plant(tmp_path: Path) -> str:
    """Return a plant of one parameter."""
    return f"{written(tmp_path / 'my plants' / 'one:two.py')}:make"


def test_the_answer_for_programs(terminal: Terminal, plant: str) -> None:
    found = told(terminal, "--plant", plant, "--proposer", "random", "--seed", "7", "--seeds", "3", "--workers", "1")
    assert (found["plant"], found["proposer"], found["level"], found["days"]) == (plant, "random", "effect", 3)
    assert [one["seed"] for one in found["seeds"]] == [7, 8, 9]
    regrets = [one["regret"] for one in found["seeds"]]
    assert found["mean"]["regret"] == pytest.approx(sum(regrets) / 3)
    assert found["se"]["regret"] > 0
    assert found["count"]["regret"] == 3
    assert (found["mean"]["coverage95"], found["count"]["coverage95"]) == (None, 0)
    assert set(found["mean"]) == set(FIGURES)
    assert all("course" not in one for one in found["seeds"])


def test_one_seed_has_no_standard_error(terminal: Terminal, plant: str) -> None:
    found = told(terminal, "--plant", plant, "--proposer", "random")
    assert set(found["se"].values()) == {None}
    assert found["mean"]["regret"] == found["seeds"][0]["regret"]


def test_doing_nothing_has_a_regret_of_1_and_no_error(terminal: Terminal) -> None:
    found = told(terminal, "--proposer", "static", "--seeds", "3", "--workers", "1")
    assert [one["regret"] for one in found["seeds"]] == [1.0, 1.0, 1.0]
    assert (found["mean"]["regret"], found["se"]["regret"]) == (1.0, 0.0)


def test_the_number_of_workers_changes_nothing(terminal: Terminal, plant: str) -> None:
    options = ("--plant", plant, "--proposer", "random", "--seeds", "4", "--faults", "many", "--workers")
    one, two = (told(terminal, *options, workers) for workers in ("1", "2"))
    del one["seconds_per_seed"], two["seconds_per_seed"]
    assert one == two


def test_the_autopilots_own_learner_predicts_and_beats_doing_nothing(terminal: Terminal) -> None:
    found = told(terminal, "--days", "12", "--seeds", "2", "--workers", "1")
    assert found["proposer"] == "kalman"
    assert found["mean"]["regret"] < 1
    assert 0.8 < found["mean"]["coverage95"] <= 1


def test_series_level_is_another_world_on_the_same_plant(terminal: Terminal) -> None:
    options = ("--days", "1", "--proposer", "random")
    found = told(terminal, *options, "--level", "series")
    assert (found["level"], found["seeds"][0]["canaries"]) == ("series", 2)


def test_the_course_is_told_as_far_as_it_is_asked_for(terminal: Terminal, plant: str) -> None:
    found = told(terminal, "--plant", plant, "--proposer", "random", "--course", "2", "--seeds", "2", "--workers", "1")
    for one in found["seeds"]:
        first, second = one["course"]
        assert (first["day"], second["day"]) == (0.0, 0.5)
        assert first["base"] == {"a": 0.5} != first["tried"]
        assert set(first["measured"]["value"]) == {"mean", "se"}
        assert first["verdict"] in {"proceed", "rollback", "inconclusive"}


def test_people_read_figures_what_they_are_and_one_line(terminal: Terminal, plant: str) -> None:
    found = simulate(terminal, "--plant", plant, "--proposer", "random", "--seeds", "3", "--workers", "1")
    assert (found.code, found.err) == (0, "")
    for name in FIGURES:
        line = next(line for line in found.out.splitlines() if line.startswith(f"{name} "))
        assert line.split()[-2:] == MEANS[name].split()[-2:]
    assert "3 days, effect level, no faults, seeds 1 to 3" in found.out
    assert " +- " in found.out
    assert found.out.splitlines()[-1].startswith("regret ")
    assert found.out.splitlines()[-1].endswith("of doing nothing; 0 unsafe promotions in 3 x 3 days")
    assert "Canaries of seed" not in found.out


def test_people_read_the_course_of_a_single_seed(terminal: Terminal, plant: str) -> None:
    options = ("--plant", plant, "--proposer", "random")
    found = simulate(terminal, *options)
    assert "Canaries of seed 1: the change, and what it does to value" in found.out
    assert found.out.count("\n0.5 ") == 1
    assert "in force at the end: a 0." in found.out
    assert found.out.rstrip().endswith("in 3 days")
    short = simulate(terminal, *options, "--course", "2")
    assert "and 4 more" in short.out
    assert "\n1.5 " not in short.out
    assert "Canaries of seed" not in simulate(terminal, *options, "--course", "0").out
    both = simulate(terminal, *options, "--course", "1", "--seeds", "2", "--workers", "1")
    assert both.out.count("Canaries of seed") == 2


def test_predictions_stand_in_the_course_and_faults_below(terminal: Terminal) -> None:
    found = simulate(terminal, "--days", "10", "--faults", "many")
    assert " to +" in found.out
    assert "many faults" in found.out
    assert "faults that struck: " in found.out
    assert "no canary: " in found.out


def test_a_start_that_is_the_best_has_no_regret(terminal: Terminal, tmp_path: Path) -> None:
    flat = PLANT.replace('values["a"] + self.seed', "1.0 + self.seed")
    spec = f"{written(tmp_path / 'flat.py', flat)}:make"
    found = told(terminal, "--plant", spec, "--proposer", "random")
    assert found["seeds"][0]["regret"] is None
    assert (found["mean"]["regret"], found["count"]["regret"]) == (None, 0)
    page = simulate(terminal, "--plant", spec, "--proposer", "random")
    assert "nothing was to be gained" in page.out


def test_the_answer_is_also_written_to_a_file(terminal: Terminal, tmp_path: Path, plant: str) -> None:
    out = tmp_path / "answer.json"
    found = simulate(terminal, "--plant", plant, "--proposer", "static", "--out", str(out))
    assert found.code == 0
    jsonschema.validate(strict_json(out.read_text()), SCHEMA)
    assert "figure" in found.out
    missing = simulate(terminal, "--plant", plant, "--out", str(tmp_path / "none" / "answer.json"))
    assert (missing.code, missing.out) == (2, "")
    assert "there is no folder" in missing.error()
    assert simulate(terminal, "--plant", plant, "--out", str(tmp_path)).code == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    canary_se = 0.1\n", "", "'canary_se' is missing in Plant; docs/simulation.md says what a plant needs"),
        ("    canary_se = 0.1\n", "    canary_se = float('nan')\n", "canary_se is nan, not a finite number"),
        ("(0.0, 1.0)", "(1.0, 0.0)", "bounds of 'a' are (1, 0): low must be below high"),
        ('{"a": 0.5}', '{"a": 1.5}', "start of 'a' is 1.5, outside its bounds (0, 1)"),
        ('{"value": values["a"] + self.seed}', "1 / 0", "raised ZeroDivisionError: division by zero ("),
        ('values["a"] + self.seed', "float('nan')", "response({a: 0.5}, day=0): 'value' is nan, not a finite number"),
        ('values["a"] + self.seed', "1.0 if day < 1 else None", "day=1): 'value' is None, not a finite number"),
        ("1.0 + self.seed", "float('inf')", "best(day=0) is inf, not a finite number"),
        ("def make(", "def mkae(", "has no 'make'; did you mean 'mkae'?"),
    ],
)
def test_a_plant_that_is_no_good(terminal: Terminal, tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in PLANT
    spec = f"{written(tmp_path / 'plant.py', PLANT.replace(old, new))}:make"
    found = simulate(terminal, "--plant", spec, "--proposer", "random", "--seeds", "2", "--workers", "1")
    assert (found.code, found.out) == (2, "")
    assert said in found.error()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--days", "0"), "0 is not in the range 1<=x<=3650"),
        (("--days", "1.5"), "not a valid integer"),
        (("--days", "nan"), "not a valid integer"),
        (("--seeds", "0"), "0 is not in the range x>=1"),
        (("--seed", "-1"), "-1 is not in the range x>=0"),
        (("--workers", "0"), "0 is not in the range x>=1"),
        (("--course", "-1"), "-1 is not in the range x>=0"),
        (("--canaries-per-day", "nan"), "--canaries-per-day nan: write a number above 0, at most 24"),
        (("--canaries-per-day", "0"), "write a number above 0"),
        (("--canaries-per-day", "25"), "at most 24"),
        (("--canaries-per-day", "0.1"), "no canary in 3 days; at least 0.333 is needed"),
        (("--level", "metric"), "'effect', 'series'"),
        (("--faults", "lots"), "'none', 'some', 'many'"),
        (("--proposer", "klaman"), "unknown proposer 'klaman'; did you mean 'kalman'?"),
        (("--plant", "builtin:quadratic-5-lo"), "did you mean 'quadratic-5-low'?"),
        (("--plant", "nowhere.py:make"), "nowhere.py: no such file"),
    ],
)
def test_wrong_options(terminal: Terminal, options: tuple[str, ...], said: str) -> None:
    found = simulate(terminal, *options)
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupt_ends_it_cleanly(tmp_path: Path, workers: str) -> None:
    begun = tmp_path / "begun"
    text = PLANT + f"\n\ndef slow(seed):\n    import time\n    open({str(begun)!r}, 'w')\n    time.sleep(30)\n"
    spec = f"{written(tmp_path / 'plant.py', text)}:slow"
    command = (VVTVCTL, "autopilot", "simulate", "--plant", spec, "--seeds", "4", "--workers", workers)
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    for _ in range(1200):
        if begun.exists():
            break
        time.sleep(0.05)
    os.killpg(child.pid, signal.SIGINT)  # as a terminal does: the workers hear it too
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out, err.strip()) == (130, "", "interrupted")


def test_the_shell_completes_plants_and_proposers(terminal: Terminal, tmp_path: Path) -> None:
    script = terminal.program(**{**os.environ, "_VVTVCTL_COMPLETE": "bash_source"})
    offers = {"--proposer co": "coordinate", "--plant quadratic-10-l": "quadratic-10-low"}
    ask = 'COMPREPLY=(); _vvtvctl_completion vvtvctl; echo "${COMPREPLY[@]}"'
    lines = [f"COMP_WORDS=(vvtvctl autopilot simulate {begun}); COMP_CWORD=4; {ask}" for begun in offers]
    sourced = tmp_path / "complete.sh"
    sourced.write_text("\n".join((f'PATH="{Path(VVTVCTL).parent}:$PATH"', script.out, *lines)))
    done = subprocess.run(("bash", "--norc", str(sourced)), capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == list(offers.values()), done.stderr


def test_help_names_every_proposer(terminal: Terminal) -> None:
    text = " ".join(simulate(terminal, "--help").out.split())
    for name in PROPOSERS:
        assert name in text
