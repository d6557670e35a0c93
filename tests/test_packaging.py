"""What is committed and what is installed: our package names are ours alone, and the wheel holds everything."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest

from controller.stack.checkout import checkout

ROOT: Final = checkout()
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: Final[list[str]] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """Return every file that is, or is about to be, committed; relative to the checkout."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return [Path(name) for name in sorted(set(done.stdout.split("\0"))) if (ROOT / name).is_file()]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_provides_a_package_of_our_name(package: str) -> None:
    provided = packages_distributions()
    assert "numpy" in provided
    assert set(provided.get(package, ())) <= {PROJECT["project"]["name"]}
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin == str(ROOT / package / "__init__.py")


def test_the_wheel_holds_every_module_and_every_generated_file(files: list[Path], tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for file in files:
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tree / file)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=tree, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        scripts = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "vvtvctl = controller.cli.main:main" in archive.read(scripts).decode()
    assert held == {file.as_posix() for file in files if file.parts[0] in PACKAGES}
    assert {"alertmanager/generated/prometheus.yml", "grafana/generated/autopilot.json"} <= held


@pytest.mark.parametrize("top", ["tests", *PACKAGES])
def test_every_folder_of_modules_is_a_package(files: list[Path], top: str) -> None:
    modules = [file for file in files if file.parts[0] == top and file.suffix == ".py"]
    folders = {folder for file in modules for folder in file.parents if folder.parts}
    assert folders
    assert not [folder for folder in folders if folder / "__init__.py" not in modules]


def test_nothing_committed_names_a_path_of_this_machine(files: list[Path]) -> None:
    if ROOT.parent == ROOT.parents[-1]:
        pytest.skip("beside the checkout are folders that every machine has")
    beside = b"|".join(re.escape(str(path).encode()) for path in ROOT.parent.iterdir())
    pattern = re.compile(rb"(?<![\w.~-])(?:" + beside + rb")\b")
    assert pattern.search(f"cd {ROOT} && make".encode())
    assert not [file for file in files if pattern.search((ROOT / file).read_bytes())]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_name_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "--hash=sha256:" in text
    assert "://" not in text
