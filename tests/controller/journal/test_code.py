"""The fingerprint covers every module that takes part in folding; and `replace` does what dataclasses.replace does."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError, dataclass, field
from pathlib import Path

import pytest

from controller.journal.changed import replace
from controller.journal.code import files, fingerprint
from controller.journal.state import State

LIST = """
import sys, controller.journal.fold
for name, module in sys.modules.items():
    if name.partition(".")[0] in ("controller", "exporter", "components") and not hasattr(module, "__path__"):
        print(module.__file__)
"""


def test_every_module_that_the_fold_imports_is_in_the_fingerprint() -> None:
    imported = subprocess.run([sys.executable, "-c", LIST], check=True, capture_output=True, text=True).stdout.split()
    assert len(imported) > 10
    missing = {Path(name) for name in imported} - set(files())
    assert not missing, "name these in controller/journal/code.py"


def test_the_fingerprint_follows_the_content(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "fold.py").write_text("one = 1\n")
    monkeypatch.setattr("controller.journal.code.FOLDER", tmp_path)
    fresh = fingerprint.__wrapped__
    first = fresh()
    (tmp_path / "fold.py").write_text("one = 2\n")
    assert fresh() != first
    (tmp_path / "fold.py").write_text("one = 1\n")
    assert fresh() == first


@dataclass(frozen=True)
class _Checked:
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low above high")


@dataclass(frozen=True)
class _Plain:
    one: int = 1
    many: dict[str, int] = field(default_factory=dict)


def test_a_copy_differs_in_what_was_changed_and_is_frozen() -> None:
    first = State(seq=3, version="v")
    second = replace(first, seq=4)
    assert (first.seq, second.seq, second.version) == (3, 4, "v")
    assert second == State(seq=4, version="v")
    with pytest.raises(FrozenInstanceError):
        second.seq = 5  # type: ignore[misc]  # that is the point


def test_fields_that_there_are_not_are_refused() -> None:
    with pytest.raises(TypeError, match="two"):
        replace(_Plain(), two=2)


def test_a_class_that_checks_itself_is_checked() -> None:
    assert replace(_Checked(1, 2), low=2) == _Checked(2, 2)
    with pytest.raises(ValueError, match="low above high"):
        replace(_Checked(1, 2), low=3)
