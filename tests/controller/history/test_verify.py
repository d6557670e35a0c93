"""Verification finds whatever was altered, removed or added, and says where and what to do; it changes nothing."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from controller.config.history import HistorySection
from controller.history.upkeep import upkeep
from controller.history.verify import Report, verify
from controller.journal import event as ev
from controller.journal.snapshot import current
from tests.controller.history.past import DAY, Folder, filled, live

KEEP = HistorySection(keep=10 * DAY, archive=15 * DAY)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with filled(tmp_path, cycles=8) as made, made.index():
        yield made


def _report(folder: Folder) -> Report:
    def content() -> dict[Path, bytes]:
        return {
            path: path.read_bytes() for path in folder.state.rglob("*") if path.is_file() and "-" not in path.suffix
        }

    before = content()
    found = verify(folder.history.folder, folder.journal)
    assert content() == before
    return found


def _upkeep(folder: Folder, days: float) -> None:
    state = current(folder.journal)
    folder.journal.submit(ev.ControllerStopped(), at=folder.end + days * DAY, actor="autopilot")
    done = upkeep(
        folder.history.folder,
        folder.journal,
        KEEP,
        state=current(folder.journal),
        live=state.version,
        now=folder.end + days * DAY,
    )
    assert done.ok
    payload = ev.JobDone(job="upkeep", trigger="schedule", ok=True, text=done.text, details=dict(done.details))
    folder.journal.submit(payload, at=folder.end + days * DAY, actor="autopilot")


def test_a_sound_history_is_sound_compressed_or_not(folder: Folder) -> None:
    versions = {live.version for live in folder.past.live}
    found = _report(folder)
    assert (found.problems, found.notes, found.files) == ((), (), len(versions))
    _upkeep(folder, 11)
    later = _report(folder)
    assert (later.problems, later.notes) == ((), ())
    assert later.archives > 3
    assert later.files + later.archived == len(versions)
    assert later.versions == versions


def test_what_retention_removed_is_not_missing(folder: Folder) -> None:
    _upkeep(folder, 11)
    _upkeep(folder, 100)  # 89 days after the one before: such a clock removes little
    _upkeep(folder, 100)
    found = _report(folder)
    assert found.problems == ()
    assert "removed by retention" in found.notes[0]
    assert found.archives == 0


def test_a_flipped_bit_in_any_file_or_archive_is_found_by_name(folder: Folder) -> None:
    _upkeep(folder, 11)
    folder.history.put(live(0.5, folder.end), "one more file")
    rng = random.Random(1)  # noqa: S311 - any bits
    paths = [*folder.history.files(), *folder.history.archives()]
    assert len(paths) > 5
    for path in paths:
        content = path.read_bytes()
        for _ in range(5):
            altered = bytearray(content)
            altered[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
            path.write_bytes(altered)
            (problem, *_rest) = verify(folder.history.folder, folder.journal).problems
            assert problem.startswith(f"{path}: ")
            assert "restore it from a copy" in problem
        path.write_bytes(content)
    assert _report(folder).problems == ()


def test_a_missing_version_is_named_with_what_it_was(folder: Folder) -> None:
    path = next(folder.history.files())
    path.unlink()
    (problem,) = _report(folder).problems
    assert f"version {path.stem} is missing, which was " in problem
    assert f"restore */{path.stem}.json from a copy" in problem


def test_a_version_that_may_never_have_been_written_is_a_note(folder: Folder) -> None:
    adopted = ev.Adopted(values={"temperature": 2.0}, version="ab" * 32, source="changed configuration")
    folder.journal.submit(adopted, at=folder.end, actor="autopilot")
    found = _report(folder)
    assert found.problems == ()
    assert "1 version may never have been written (abababababab)" in found.notes[0]


def test_what_is_too_much_is_noted(folder: Folder) -> None:
    day = next(folder.history.days())
    (folder.history.folder / "notes.txt").write_text("mine")
    (day / f".{'a' * 64}.json.abcd1234").write_text("half")
    extra = folder.history.put(live(0.123, folder.end), "whose?")
    notes = "\n".join(_report(folder).notes)
    assert f"1 file that no controller put there ({folder.history.folder / 'notes.txt'})" in notes
    assert "1 file left half-written by a killed process" in notes
    assert f"1 sound version that the journal does not name ({extra.stem[:12]})" in notes
    (day / "short.json").write_text("{}")
    (problem,) = _report(folder).problems
    assert str(day / "short.json") in problem


def test_an_altered_index_is_a_problem_with_a_simple_cure(folder: Folder) -> None:
    with closing(sqlite3.connect(folder.index_path)) as connection, connection:
        connection.execute("UPDATE entries SET actor = 'eve'")
    (problem,) = _report(folder).problems
    assert "says otherwise than the journal at event 2" in problem
    folder.index_path.unlink()
    assert _report(folder).problems == ()


def test_an_empty_folder_with_an_empty_journal_is_sound(tmp_path: Path) -> None:
    with filled(tmp_path, cycles=0) as folder:
        assert _report(folder).problems == ()
