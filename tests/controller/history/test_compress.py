"""Retention compresses and removes what it should, and no crash, full disk or damage loses a version."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from controller.adapters import archive
from controller.adapters.history import History
from controller.config.history import HistorySection
from controller.errors import ConflictError, IntegrityError, StorageError
from controller.history.compress import Done, alone, carry_out, left_over
from controller.history.retention import Plan, needed, plan
from controller.history.upkeep import planned, upkeep
from controller.journal import event as ev
from controller.journal.snapshot import current
from controller.journal.state import State
from controller.journal.state_ops import JobRecord, Wanted
from tests.controller.history.past import BEGIN, DAY, Folder, filled, live

KEEP = HistorySection(keep=10 * DAY)
SHORT = HistorySection(keep=10 * DAY, archive=20 * DAY)
NOBODY: frozenset[str] = frozenset()


@pytest.fixture
def history(tmp_path: Path) -> History:
    """Thirty versions, three on each of ten days."""
    made = History(tmp_path / "history")
    for number in range(30):
        made.put(live(number / 10, BEGIN + number // 3 * DAY + number), f"note {number}")
    return made


def _content(history: History) -> dict[str, object]:
    return {v.version: (v.written_at, v.note, v.arms) for v in history.list()}


def _old(history: History, days: float) -> Plan:
    return plan(history, KEEP, NOBODY, {}, BEGIN + days * DAY)


def test_only_days_that_ended_long_enough_ago_are_compressed(history: History) -> None:
    end = datetime.fromtimestamp(BEGIN, UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp() + DAY
    for now, days in ((end + 10 * DAY - 1, 0), (end + 10 * DAY, 1), (end + 12 * DAY, 3), (end + 999 * DAY, 10)):
        assert len(plan(history, KEEP, NOBODY, {}, now).days) == days


def test_what_is_compressed_reads_the_same_and_is_smaller(history: History) -> None:
    before = _content(history)
    done = carry_out(history, _old(history, 16))
    assert (done.days, done.files, done.problems) == (6, 18, ())
    assert done.saved > 0
    assert _content(history) == before
    assert len(list(history.days())) == 4
    assert len(list(history.archives())) == 6
    assert carry_out(history, _old(history, 16)) == Done()


def test_what_is_needed_stays_a_file(history: History) -> None:
    (first, *_) = history.list()
    found = plan(history, KEEP, frozenset({first.version}), {}, BEGIN + 99 * DAY)
    carry_out(history, found)
    assert not history.get(first.version).archived
    assert [path.stem for path in history.files()] == [first.version]


def test_needed_are_the_live_the_running_and_the_wanted_versions() -> None:
    request = ev.RollbackRequested(version="wanted", values={}, reason="r")
    state = State(version="now", wanted=(Wanted(1, 1.0, "ann", request),))
    assert needed(state, "live") == {"now", "wanted", "live"}
    assert needed(State(), None) == frozenset()


def test_a_second_archive_of_a_day_takes_the_first_in(history: History) -> None:
    before = _content(history)
    carry_out(history, _old(history, 99))
    late = live(77.0, BEGIN + 5)  # the clock went back to a day that is compressed already
    history.put(late, "late")
    assert carry_out(history, _old(history, 99)).files == 1
    after = _content(history)
    assert after.pop(late.version)
    assert after == before
    assert len({archive.day_of(path) for path in history.archives()}) == len(list(history.archives())) == 10


def test_a_version_that_is_archived_and_a_file_is_kept_once_as_it_was_first(history: History) -> None:
    before = _content(history)
    carry_out(history, _old(history, 99))
    history.put(live(0.0, BEGIN + 7), "again")
    carry_out(history, _old(history, 99))
    assert _content(history) == before
    assert list(history.files()) == []


def test_damaged_files_are_left_alone_and_said(history: History) -> None:
    path = next(history.files())
    path.write_bytes(b"{half")
    done = carry_out(history, _old(history, 99))
    assert done.files == 29
    assert str(path) in done.problems[0]
    assert list(history.files()) == [path]


def test_a_damaged_archive_is_never_written_over_or_removed(history: History) -> None:
    carry_out(history, _old(history, 99))
    path = next(history.archives())
    path.write_bytes(b"x")
    history.put(live(77.0, BEGIN + 5), "late")
    with pytest.raises(IntegrityError, match="not what it is named for"):
        carry_out(history, _old(history, 99))
    assert history.get(live(77.0).version).values == {"heat": 77.0}
    found = plan(history, SHORT, NOBODY, {}, BEGIN + 999 * DAY)
    assert path not in found.removed
    assert str(path) in found.problems[0]


def test_what_nobody_put_there_is_left_alone(history: History) -> None:
    day = next(history.days())
    odd = [day / "README.txt", day / "short.json", history.folder / "9999-99-99"]
    odd[0].write_text("mine")
    odd[1].write_text("mine")
    odd[2].mkdir()
    carry_out(history, _old(history, 99))
    assert all(path.exists() for path in odd)


def test_an_archive_is_removed_when_nothing_in_it_was_in_force_for_long_enough(history: History) -> None:
    carry_out(history, _old(history, 99))
    versions = [v.version for v in history.list()]
    used = {versions[0]: BEGIN + 60 * DAY}
    found = plan(history, SHORT, frozenset({versions[3]}), used, BEGIN + 50 * DAY)
    assert found.text == "remove 8 archives with 24 versions for good"
    carry_out(history, found)
    assert {v.version for v in history.list()} == set(versions[:6])
    assert plan(history, KEEP, NOBODY, used, BEGIN + 5000 * DAY).removed == {}


def test_nothing_to_do_is_said(history: History) -> None:
    assert _old(history, 1).text == "change nothing: no version is old enough"
    assert _old(history, 99).text == "compress 30 versions of 10 days from 2023-11-14 to 2023-11-23"


def test_only_one_process_compresses_at_a_time(history: History) -> None:
    with alone(history), pytest.raises(ConflictError, match="by another process"), alone(history):
        pass
    with alone(history):
        pass


def _killed_after(history: History, found: Plan, steps: int) -> bool:
    """Carry a plan out in a process that is killed before its next change to the disk after so many; whether it was."""
    child = os.fork()
    if child == 0:
        left = steps

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            changes = event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")
            if changes or (event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT):
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1

        try:
            sys.addaudithook(count)
            carry_out(history, found)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        assert os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


def test_killed_before_any_change_to_the_disk_nothing_is_lost_and_the_next_run_ends_the_same(tmp_path: Path) -> None:
    kills, wanted = 0, None
    while True:
        history = History(tmp_path / str(kills))
        for number in range(4):
            history.put(live(number, BEGIN + number // 2 * DAY), "n")
        carry_out(history, plan(history, KEEP, NOBODY, {}, BEGIN + 11 * DAY))  # the first day alone
        history.put(live(9, BEGIN + 3), "late")
        before = _content(history)
        killed = _killed_after(history, _old(history, 99), kills)
        assert _content(history) == before
        carry_out(history, _old(history, 99))
        assert _content(history) == before
        names = sorted(path.name for path in history.archives())
        wanted = wanted or names
        assert names == wanted
        assert list(history.files()) == []
        if not killed:
            break
        kills += 1
    assert kills >= 10


def test_what_a_killed_process_left_half_written_is_swept_away(history: History) -> None:
    day = next(history.days())
    version = live(1.0).version
    left = [day / f".{version}.json.abcd1234", history.folder / "archive" / f".2023-11-14-{version}.tar.gz.abcd1234"]
    left[1].parent.mkdir()
    for path in left:
        path.write_bytes(b"half")
        assert left_over(path)
    carry_out(history, _old(history, 99))
    assert not any(path.exists() for path in left)


def test_a_full_disk_loses_nothing(history: History) -> None:
    before = _content(history)
    child = os.fork()
    if child == 0:  # no file may grow beyond a few bytes, as on a disk that is full
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
            carry_out(history, _old(history, 99))
        except StorageError as error:
            code = 0 if "nothing was lost" in str(error) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert _content(history) == before
    assert len(list(history.files())) == 30
    assert list(history.archives()) == []
    carry_out(history, _old(history, 99))
    assert _content(history) == before


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with filled(tmp_path, cycles=30) as made:
        yield made


def test_the_job_says_what_it_did_and_leaves_what_is_live(folder: Folder) -> None:
    state, now = current(folder.journal), folder.end + 11 * DAY
    found = planned(folder.history.folder, folder.journal, KEEP, state=state, live=state.version, now=now)
    assert found.files > 10
    result = upkeep(folder.history.folder, folder.journal, KEEP, state=state, live=state.version, now=now)
    assert result.ok
    assert result.text.startswith(f"compressed {found.files} versions of {len(found.days)} days")
    assert result.details["versions"] == found.files
    assert "removed_before" not in result.details
    assert not folder.history.get(state.version).archived
    again = upkeep(folder.history.folder, folder.journal, KEEP, state=state, live=state.version, now=now)
    assert again.text == "nothing to do: no version is old enough"


def test_a_clock_that_is_far_ahead_removes_nothing(folder: Folder) -> None:
    where, state = folder.history.folder, current(folder.journal)
    assert upkeep(where, folder.journal, SHORT, state=state, live=None, now=folder.end + 9999 * DAY).ok
    assert len(list(folder.history.archives())) > 10
    far = planned(where, folder.journal, SHORT, state=state, live=None, now=folder.end + 9999 * DAY)
    near = planned(where, folder.journal, SHORT, state=state, live=None, now=folder.end + DAY)
    assert far.removed == near.removed
    assert far.before == near.before == folder.end - 19 * DAY
    assert all(str(archive.day_of(path)) < "2023-12-01" for path in far.removed)


def test_after_a_clock_jumped_the_next_run_removes_nothing_though_events_have_its_time_already(folder: Folder) -> None:
    where, state = folder.history.folder, current(folder.journal)
    assert upkeep(where, folder.journal, SHORT, state=state, live=None, now=folder.end + 15 * DAY).ok
    jumped = folder.end + 380 * DAY
    before = JobRecord(folder.end, folder.end, ok=True, text="nothing to do")
    later = replace(state, last_at=jumped, jobs={"upkeep": before})
    found = planned(where, folder.journal, SHORT, state=later, live=None, now=jumped)
    assert found.before == folder.end - 19 * DAY
    trusted = replace(later, jobs={"upkeep": before._replace(at=jumped)})
    assert planned(where, folder.journal, SHORT, state=trusted, live=None, now=jumped + DAY).before > folder.end


def test_an_index_that_says_otherwise_than_the_journal_removes_nothing_until_it_is_made_anew(folder: Folder) -> None:
    where, state = folder.history.folder, current(folder.journal)
    assert upkeep(where, folder.journal, SHORT, state=state, live=None, now=folder.end + 15 * DAY).ok
    archives = list(folder.history.archives())
    with closing(sqlite3.connect(folder.index_path)) as file, file:
        file.execute("UPDATE entries SET at = at - ?", (1000 * DAY,))  # as if nothing had been in force for years
    found = planned(where, folder.journal, SHORT, state=state, live=None, now=folder.end)
    assert found.removed == {}
    assert found.text.startswith(f"remove no archive: {folder.index_path} says otherwise than the journal at event ")
    done = upkeep(where, folder.journal, SHORT, state=state, live=None, now=folder.end)
    assert not done.ok
    assert "delete the file" in done.text
    assert "removed_before" not in done.details
    assert list(folder.history.archives()) == archives
    folder.index_path.unlink()
    assert upkeep(where, folder.journal, SHORT, state=state, live=None, now=folder.end).ok
    assert 0 < len(list(folder.history.archives())) < len(archives)


def test_a_job_that_cannot_run_says_why(folder: Folder) -> None:
    state = current(folder.journal)
    with alone(folder.history):
        result = upkeep(folder.history.folder, folder.journal, KEEP, state=state, live=None, now=folder.end)
    assert not result.ok
    assert "by another process" in result.text
