"""scripts/need-python: what a newcomer is told when something is missing."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

import pytest

from controller.stack.checkout import checkout

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT: Final = checkout() / "scripts" / "need-python"
OLD: Final = 'case "$*" in *version_info\\ *) exit 1;; *) echo "Python 3.9.2";; esac'
BARE: Final = 'case "$*" in *ensurepip*) exit 1;; *print*) echo 3.12;; esac'
GOOD: Final = "exit 0"


def _run(folder: Path, programs: dict[str, str], **environment: str) -> tuple[int, str, str]:
    folder.mkdir()
    for name, script in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", SCRIPT], env={"PATH": str(folder), **environment}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("programs", "words"),
    [
        pytest.param({"python3": GOOD}, "apt-get install git", id="no git"),
        pytest.param({"git": ""}, "Python 3.11 or later is missing", id="no python"),
        pytest.param({"git": "", "python3": OLD}, "Python 3.9.2, and Python 3.11 or later is needed", id="old python"),
        pytest.param({"git": "", "python3": BARE}, "apt-get install python3.12-venv", id="no venv module"),
    ],
)
def test_what_is_missing_is_named_with_its_package(tmp_path: Path, programs: dict[str, str], words: str) -> None:
    code, output, error = _run(tmp_path / "bin", programs)
    assert (code, output) == (1, "")
    assert words in error


def test_the_newest_that_can_make_an_environment_is_chosen(tmp_path: Path) -> None:
    programs = {"git": "", "python3.13": BARE, "python3.12": GOOD, "python3.11": GOOD, "python3": OLD}
    assert _run(tmp_path / "bin", programs) == (0, f"{tmp_path}/bin/python3.12\n", "")


def test_a_given_python_is_the_only_one_tried(tmp_path: Path) -> None:
    programs = {"git": "", "python3.12": GOOD, "python3": OLD}
    code, output, error = _run(tmp_path / "bin", programs, PYTHON="python3")
    assert (code, output) == (1, "")
    assert "python3 is Python 3.9.2" in error
