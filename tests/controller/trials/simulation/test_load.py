"""Finding plants: builtin ones, and factories in files that somebody else wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.errors import ConfigError
from controller.trials.simulation.load import maker
from controller.trials.simulation.plants import BUILTIN, DEFAULT

PLANT = """
class Plant:
    bounds = {"a": (0.0, 1.0)}
    start = {"a": 0.5}
    primary = "value"
    guardrails = {}
    canary_se = 0.1

    def __init__(self, seed):
        self.seed = seed

    def response(self, values, day):
        return {"value": values["a"] + self.seed}

    def best(self, day):
        return 1.0 + self.seed


def make(seed):
    return Plant(seed)
"""


def written(path: Path, text: str = PLANT) -> Path:
    """Write a plant's file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def said(spec: str) -> str:
    """Return what is said of a plant that cannot be made."""
    with pytest.raises(ConfigError) as caught:
        maker(spec)(3)
    return str(caught.value)


@pytest.mark.parametrize("factory", ["make", "Plant"])
def test_a_function_or_a_class_makes_the_plant_of_a_seed(tmp_path: Path, factory: str) -> None:
    made = maker(f"{written(tmp_path / 'plant.py')}:{factory}")
    assert made(4).response({"a": 0.5}, 0.0) == {"value": 4.5}


@pytest.mark.parametrize("name", ["a:b/my plant.py", "dots.and-dashes.v2.py", "no_suffix", "ünïcode.py"])
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    assert maker(f"{written(tmp_path / name)}:make")(0).primary == "value"


def test_a_relative_path_is_meant_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "here.py")
    monkeypatch.chdir(tmp_path)
    assert maker("here.py:make")(0).best(0.0) == 1.0


def test_modules_beside_the_file_can_be_imported_and_dataclasses_work(tmp_path: Path) -> None:
    written(tmp_path / "helper_of_this_plant.py", PLANT)
    text = (
        "from dataclasses import dataclass\nfrom helper_of_this_plant import make\n@dataclass\nclass A:\n    b: int\n"
    )
    assert maker(f"{written(tmp_path / 'plant.py', text)}:make")(1).best(0.0) == 2.0


def test_two_files_of_one_name_are_two_plants(tmp_path: Path) -> None:
    first = written(tmp_path / "1" / "plant.py")
    second = written(tmp_path / "2" / "plant.py", PLANT.replace('"value"', '"gain"'))
    assert [maker(f"{path}:make")(0).primary for path in (first, second)] == ["value", "gain"]


def test_builtin_plants_have_names() -> None:
    name = next(name for name in BUILTIN if name != DEFAULT)
    default, other, bare = (maker(spec)(1) for spec in ("builtin", f"builtin:{name}", name))
    assert dict(other.start) == dict(bare.start) != dict(default.start)
    assert dict(default.start) == dict(maker(f"builtin:{DEFAULT}")(1).start)


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("builtin:quadratic-5-lwo", "no builtin plant 'quadratic-5-lwo'; did you mean 'quadratic-5-low'?"),
        ("builtin:", "no builtin plant ''; there are "),
        ("quadratic-5-lwo", "no plant 'quadratic-5-lwo'; did you mean 'quadratic-5-low'?"),
        ("xyzzy", "no plant 'xyzzy'; write builtin, builtin:NAME or PATH.py:FACTORY"),
        ("", "no plant ''; write builtin"),
        ("/nowhere/plant.py:make", "/nowhere/plant.py: no such file"),
        ("/nowhere/plant.py", "names no factory; write builtin, builtin:NAME or PATH.py:FACTORY"),
        ("/usr:make", "/usr: is a folder, not a file"),
        ("x" * 5000 + ":make", "no such file"),
        ("x" * 5000, "write builtin, builtin:NAME or PATH.py:FACTORY"),
        (":make", "is a folder, not a file"),
        ("a:b/plant.py", "names no factory"),
    ],
)
def test_a_plant_that_is_not_there(spec: str, text: str) -> None:
    assert text in said(spec)


@pytest.mark.parametrize(
    ("wanted", "text", "hint"),
    [
        ("mkae", PLANT, "has no 'mkae'; did you mean 'make'?"),
        ("zzz", PLANT, "has no 'zzz'; there are Plant, make"),
        ("make", "", "has no 'make'; it defines nothing"),
        ("make", "make = 3", "'make' is int; a function or a class that takes a seed is needed"),
        ("make", "def make(): ...", "make() cannot be called as make(seed): too many positional arguments"),
        ("make", "def make(a, b): ...", "missing a required argument: 'b'; it takes one number"),
        ("make", "def make(*, seed): ...", "cannot be called as make(seed)"),
        ("make", "def make(seed):\n    return 1 / 0", "the factory raised ZeroDivisionError: division by zero ("),
        ("make", "def make(seed):\n    raise SystemExit(3)", "the factory raised SystemExit: 3 ("),
        ("make", "def make(seed): ...", "the factory returned None instead of a plant"),
        ("make", "def make(seed):\n    return 7", "'bounds' is missing in int"),
        ("make", "def make(seed:\n", "raised SyntaxError"),
        ("make", "x = 1\nraise OSError('gone')", "raised OSError: gone ("),
        ("make", "import sys\nsys.exit()", "raised SystemExit ("),
        (
            "make",
            "import no_such_module_at_all",
            "raised ModuleNotFoundError: No module named 'no_such_module_at_all' (",
        ),
        ("make", "\0", "raised "),
    ],
)
def test_a_file_that_makes_no_plant(tmp_path: Path, wanted: str, text: str, hint: str) -> None:
    path = written(tmp_path / "plant.py", text)
    message = said(f"{path}:{wanted}")
    assert message.startswith(f"plant {path}:{wanted}: ")
    assert hint in message


def test_whatever_raises_is_told_with_the_line_in_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "plant.py", "import json\n\ndef make(seed):\n    return json.loads('{')\n")
    assert "line " in said(f"{path}:make")
    path = written(tmp_path / "other.py", "x = 1\ny = x / 0\n")
    assert f"({path}, line 2)" in said(f"{path}:make")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "plant.py"
    path.write_bytes(b"\xff\xfe\x00")
    assert "raised " in said(f"{path}:make")
