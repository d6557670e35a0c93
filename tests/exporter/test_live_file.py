"""The service's reader: whatever happens to the file, the last good values stay, and each failure is told once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from exporter import names
from exporter.live_file import LiveFile
from exporter.parameter import number
from exporter.parameters import LiveParameters, ParameterSpec, ParameterSpecs, Values, uniform

SPECS = ParameterSpecs((ParameterSpec("temperature", "float", 0.1, 2.0, 0.6),))
NOW = 1000.0


class Reader:
    """A live file with the errors it reported."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.errors: list[tuple[str, str]] = []
        self.file = LiveFile(path, SPECS, salt="s", on_error=lambda reason, text: self.errors.append((reason, text)))

    @property
    def temperature(self) -> float:
        """Return the control arm's value."""
        return number(self.file.values(names.CONTROL, NOW), "temperature")

    def reasons(self) -> list[str]:
        """Return the reasons reported so far."""
        return [reason for reason, _ in self.errors]

    def look(self, times: int = 3) -> list[bool]:
        """Refresh some times; return what each said."""
        return [self.file.refresh(NOW) for _ in range(times)]


def _write(path: Path, temperature: float) -> None:
    """Replace the file as the controller does: written beside, renamed over."""
    live = uniform({"temperature": temperature}, "s")
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(live.document()), encoding="utf-8")
    beside.replace(path)


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path / "live.json")


def test_before_the_first_file_the_defaults_are_in_force_and_its_absence_is_told_once(reader: Reader) -> None:
    assert reader.look() == [False, False, False]
    assert reader.temperature == 0.6
    assert reader.reasons() == ["missing"]
    assert str(reader.path) in reader.errors[0][1]
    assert reader.file.loaded_at is None


def test_a_new_file_is_read_once_and_again_when_it_is_replaced(reader: Reader) -> None:
    _write(reader.path, 0.7)
    assert reader.look() == [True, False, False]
    assert reader.temperature == 0.7
    _write(reader.path, 0.8)  # as long as the one before
    assert reader.look() == [True, False, False]
    assert reader.temperature == 0.8
    assert reader.errors == []
    assert reader.file.loaded_at == NOW


def test_a_replaced_file_with_the_same_length_and_time_is_seen(reader: Reader) -> None:
    _write(reader.path, 0.7)
    reader.look()
    stat = reader.path.stat()
    _write(reader.path, 0.8)
    os.utime(reader.path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert reader.path.stat().st_size == stat.st_size
    assert reader.look(1) == [True]


def test_a_removed_file_leaves_the_last_good_values_and_its_return_is_seen(reader: Reader, tmp_path: Path) -> None:
    _write(reader.path, 0.7)
    reader.look()
    aside = reader.path.rename(tmp_path / "aside")
    assert reader.look() == [False, False, False]
    assert reader.temperature == 0.7
    assert reader.reasons() == ["missing"]
    aside.rename(reader.path)
    assert reader.look() == [True, False, False]
    reader.path.unlink()
    reader.look()
    assert reader.reasons() == ["missing", "missing"]


def test_a_half_written_file_leaves_the_last_good_values_until_it_is_whole(reader: Reader) -> None:
    _write(reader.path, 0.7)
    reader.look()
    whole = reader.path.read_text().replace("0.7", "0.9")
    live = uniform({"temperature": 0.9}, "s")
    whole = json.dumps(live.document())
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        reader.path.write_text(whole[:length])
        assert reader.look() == [False, False, False]
        assert reader.temperature == 0.7
    assert reader.reasons() == ["invalid"] * 4
    assert "half-written" in reader.errors[0][1]
    reader.path.write_text(whole)
    assert reader.look() == [True, False, False]
    assert reader.temperature == 0.9


@pytest.mark.parametrize(
    "text",
    ["{}", "[]", "null", "\x00", "{" * 100_000, "9" * 5000, '{"format": 1e400}', '{"format": ' + "9" * 400 + "}"],
)
def test_an_invalid_file_leaves_the_last_good_values(reader: Reader, text: str) -> None:
    _write(reader.path, 0.7)
    reader.look()
    reader.path.write_text(text)
    assert reader.look() == [False, False, False]
    assert (reader.temperature, reader.reasons()) == (0.7, ["invalid"])


@pytest.mark.parametrize("value", ["5.0", "1e400", "9" * 400, '"hot"', "null", "true", "NaN"])
def test_a_value_that_must_not_be_applied_is_not(reader: Reader, value: str) -> None:
    _write(reader.path, 0.7)
    reader.look()
    reader.path.write_text(reader.path.read_text().replace("0.7", value))
    assert reader.look() == [False, False, False]
    assert (reader.temperature, reader.reasons()) == (0.7, ["invalid"])


def test_a_folder_in_place_of_the_file_is_unreadable_and_told_once(reader: Reader) -> None:
    _write(reader.path, 0.7)
    reader.look()
    reader.path.unlink()
    reader.path.mkdir()
    assert reader.look() == [False, False, False]
    assert (reader.temperature, reader.reasons()) == (0.7, ["unreadable"])
    reader.path.rmdir()
    _write(reader.path, 0.8)
    assert reader.look(1) == [True]


def test_a_file_in_place_of_the_folder_is_unreadable_and_told_once(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")
    reader = Reader(tmp_path / "folder" / "live.json")
    assert reader.look() == [False, False, False]
    assert reader.reasons() == ["unreadable"]


def test_a_loop_of_links_is_unreadable_and_told_once(tmp_path: Path) -> None:
    reader = Reader(tmp_path / "live.json")
    reader.path.symlink_to(reader.path)
    assert reader.look() == [False, False, False]
    assert reader.reasons() == ["unreadable"]


def test_an_expired_canary_falls_back_to_control_without_a_new_file(reader: Reader) -> None:
    arms: dict[str, Values] = {arm: {"temperature": 0.6} for arm in names.ARMS}
    arms[names.CANARY] = {"temperature": 0.9}
    live = LiveParameters(arms, {"canary": 0.2, "baseline": 0.2, "control": 0.6}, "s", "c-1", NOW + 10)
    reader.path.write_text(json.dumps(live.document()))
    reader.look()
    assert reader.file.values(names.CANARY, NOW + 9.9) == {"temperature": 0.9}
    assert reader.file.values(names.CANARY, NOW + 10) == {"temperature": 0.6}
