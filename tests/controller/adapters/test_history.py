"""Every version stands in history once, and is found by the beginning of its hash."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from controller.adapters.history import History
from controller.errors import ConfigError, IntegrityError, StorageError
from exporter.parameters import LiveParameters, uniform

NOON = 1_772_366_400.0  # 2026-03-01 12:00 UTC


def _live(heat: float, at: float = NOON) -> LiveParameters:
    return replace(uniform({"heat": heat}, "s"), written_at=at)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history")


def test_a_version_is_stored_under_its_day_and_read_back(history: History) -> None:
    live = _live(0.6)
    path = history.put(live, "why")
    assert path == history.folder / "2026-03-01" / f"{live.version}.json"
    (found,) = history.list()
    assert (found.version, found.written_at, found.note, found.values) == (live.version, NOON, "why", {"heat": 0.6})
    assert history.get(live.version) == found


def test_a_version_is_stored_once_whenever_it_comes_back(history: History) -> None:
    first = history.put(_live(0.6), "first")
    assert history.put(_live(0.6, NOON + 86400 * 3), "again") == first
    assert [version.note for version in history.list()] == ["first"]


def test_versions_are_listed_oldest_first(history: History) -> None:
    for heat, at in ((0.3, NOON + 86400), (0.1, NOON), (0.2, NOON + 60)):
        history.put(_live(heat, at), "n")
    assert [version.values["heat"] for version in history.list()] == [0.1, 0.2, 0.3]


def test_an_empty_history_lists_nothing(history: History) -> None:
    assert history.list() == []


def test_a_version_is_found_by_at_least_six_digits_that_begin_it_alone(history: History) -> None:
    live = _live(0.6)
    history.put(live, "n")
    assert history.get(live.version[:6]).version == live.version
    for short in ("", live.version[:5]):
        with pytest.raises(ConfigError, match="give at least 6 hex digits"):
            history.get(short)
    for wrong in ("../../etc", "******", live.version[:5] + "?", "ABCDEF"):
        with pytest.raises(ConfigError, match="is no version"):
            history.get(wrong)
    other = "0" * 6 if live.version[0] != "0" else "1" * 6
    with pytest.raises(ConfigError, match=f"no version begins with '{other}'"):
        history.get(other)


def test_digits_that_begin_two_versions_are_refused(history: History) -> None:
    live = _live(0.6)
    path = history.put(live, "n")
    twin = path.with_name(live.version[:10] + "0" * 54 + ".json")
    twin.write_text(path.read_text())
    with pytest.raises(ConfigError, match="begins 2 versions: give more digits"):
        history.get(live.version[:8])
    assert history.get(live.version[:12]).version == live.version


@pytest.mark.parametrize(
    ("old", "new"), [('"heat": 0.6', '"heat": 0.9'), ('"salt": "s"', '"salt": "t"'), ('"version": "', '"version": "0')]
)
def test_an_altered_version_is_found_and_not_used(history: History, old: str, new: str) -> None:
    live = _live(0.6)
    path = history.put(live, "n")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    for read in (history.list, lambda: history.get(live.version)):
        with pytest.raises(IntegrityError, match="it was altered: restore it from a copy"):
            read()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"version": 1}', '{"content": {"heat": NaN}, "version": "x"}']
)
def test_a_version_that_cannot_be_read_is_an_integrity_error(history: History, text: str) -> None:
    path = history.put(_live(0.6), "n")
    path.write_text(text)
    with pytest.raises(IntegrityError, match=str(path)):
        history.list()


def test_the_note_may_say_anything(history: History) -> None:
    history.put(_live(0.6), 'quote " \u00fc \n end')
    assert json.loads(next(history.folder.glob("*/*.json")).read_text())["note"] == 'quote " \u00fc \n end'
    assert history.list()[0].note == 'quote " \u00fc \n end'


def test_a_history_that_cannot_be_written_is_a_storage_error() -> None:
    with pytest.raises(StorageError):
        History(Path("/proc/nope")).put(_live(0.6), "n")
