"""The store: appends that cannot fork, damage that is found, a lease, and disks that are full."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from controller.errors import ConflictError, IntegrityError, SequenceConflictError, StorageError
from controller.journal import store
from controller.journal.event import Adopted, ControllerStopped, PauseRequested
from controller.journal.store import Journal
from tests.controller.journal.events import KINDS, example


def _pause(reason: str) -> PauseRequested:
    return PauseRequested(reason=reason)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.db"


def _filled(path: Path, count: int = 5) -> None:
    with Journal(path, "one") as journal:
        for seq in range(count):
            journal.append(_pause(f"reason {seq + 1}"), at=1000.0 + seq, expected=seq, actor="me")


def _python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


# --- appending


def test_every_kind_of_event_is_read_back_as_it_was_appended(path: Path) -> None:
    with Journal(path, "one") as journal:
        written = [
            journal.append(example(kind), at=float(seq), expected=seq, actor="me") for seq, kind in enumerate(KINDS)
        ]
    with Journal(path, "two") as journal:
        assert repr(journal.read()) == repr(tuple(written))
        assert repr(journal.read(after=3)) == repr(tuple(written[3:]))
        assert journal.verify() == len(KINDS)
    assert [event.seq for event in written] == list(range(1, len(KINDS) + 1))
    assert [event.previous for event in written] == ["", *(event.hash for event in written[:-1])]
    assert {event.writer for event in written} == {"one"}


def test_an_empty_journal_is_whole(path: Path) -> None:
    with Journal(path, "one") as journal:
        assert (journal.read(), journal.verify()) == ((), 0)


def test_a_whole_second_is_as_good_a_time_as_any(path: Path) -> None:
    with Journal(path, "one") as journal:
        journal.append(_pause("x"), at=1000, expected=0, actor="me")
        journal.submit(_pause("y"), at=1001, actor="me")
        assert journal.verify() == 2


def test_a_path_may_hold_what_means_something_in_an_address(tmp_path: Path) -> None:
    path = tmp_path / "50% of? #1 &c" / "journal.db"
    _filled(path)
    assert path.is_file()
    with Journal(path, "two") as journal:
        assert journal.verify() == 5


@pytest.mark.parametrize("expected", [0, 4, 6])
def test_an_append_that_expects_another_end_is_refused_and_writes_nothing(path: Path, expected: int) -> None:
    _filled(path)
    with Journal(path, "two") as journal:
        with pytest.raises(SequenceConflictError, match=f"event 5 stands where event {expected} was expected"):
            journal.append(_pause("late"), at=2000.0, expected=expected, actor="me")
        assert journal.verify() == 5


def test_a_clock_that_went_back_is_refused_with_how_far(path: Path) -> None:
    _filled(path)
    with Journal(path, "one") as journal:
        with pytest.raises(ConflictError, match=r"the clock is 4\.0 s before the last event"):
            journal.append(_pause("early"), at=1000.0, expected=5, actor="me")
        journal.append(_pause("same time"), at=1004.0, expected=5, actor="me")
        assert journal.verify() == 6


def test_a_request_is_appended_behind_whatever_stands_last_and_never_before_it(path: Path) -> None:
    _filled(path)
    with Journal(path, "two") as journal:
        event = journal.submit(_pause("now"), at=3.0, actor="someone")
        assert (event.seq, event.at, event.actor) == (6, 1004.0, "someone")
        assert journal.verify() == 6


_RACER = """
import sys
from pathlib import Path
from controller.errors import SequenceConflictError
from controller.journal.event import PauseRequested
from controller.journal.store import Journal
wins = 0
with Journal(Path(sys.argv[1]), sys.argv[2]) as journal:
    while (seq := len(journal.read())) < 30:
        try:
            journal.append(PauseRequested(reason=sys.argv[2]), at=1000.0, expected=seq, actor="racer")
            wins += 1
        except SequenceConflictError:
            pass
print(wins)
"""


def test_two_processes_that_race_for_every_event_never_fork_the_journal(path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda name: _python(_RACER, path, name), ["one", "two", "three"]))
    assert [run.stderr for run in done] == ["", "", ""]
    with Journal(path, "reader") as journal:
        events = journal.read()
        assert journal.verify() == len(events) == sum(int(run.stdout) for run in done) == 30
    for run, writer in zip(done, ("one", "two", "three"), strict=True):
        assert int(run.stdout) == sum(event.writer == writer for event in events)


def test_requests_from_many_threads_all_arrive_in_one_chain(path: Path) -> None:
    with Journal(path, "one") as journal, ThreadPoolExecutor(32) as pool:
        seqs = list(pool.map(lambda i: journal.submit(_pause(str(i)), at=1000.0 + i, actor="me").seq, range(64)))
        assert sorted(seqs) == list(range(1, 65))
        assert journal.verify() == 64
        assert {event.payload.reason for event in journal.read() if isinstance(event.payload, PauseRequested)} == {
            str(i) for i in range(64)
        }


# --- damage


def _alter(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statements", "event"),
    [
        (("UPDATE events SET payload = replace(payload, 'reason 3', 'reason 8') WHERE seq = 3",), 3),
        (("UPDATE events SET payload = CAST(payload AS BLOB) || x'ff' WHERE seq = 2",), 2),
        (("UPDATE events SET payload = CAST(x'7bff7d' AS TEXT) WHERE seq = 2",), 2),
        (("UPDATE events SET payload = 5 WHERE seq = 2",), 2),
        (("UPDATE events SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE seq = 4",), 4),
        (("UPDATE events SET previous = 'f' WHERE seq = 5",), 5),
        (("UPDATE events SET at = at + 0.001 WHERE seq = 1",), 1),
        (("UPDATE events SET actor = 'you' WHERE seq = 2",), 2),
        (("UPDATE events SET writer = 'two' WHERE seq = 2",), 2),
        (("DELETE FROM events WHERE seq = 1",), 1),
        (("DELETE FROM events WHERE seq = 3",), 3),
        (("DELETE FROM events WHERE seq = 3", "UPDATE events SET seq = seq - 1 WHERE seq > 3"), 3),
        (
            (
                "UPDATE events SET seq = 6 WHERE seq = 5",
                "UPDATE events SET seq = 5 WHERE seq = 4",
                "INSERT INTO events SELECT 4, at, writer, actor, payload, previous, 'new' FROM events WHERE seq = 3",
            ),
            4,
        ),
        (("INSERT INTO events SELECT 6, at, writer, actor, payload, hash, 'new' FROM events WHERE seq = 5",), 6),
    ],
)
def test_an_altered_removed_or_inserted_event_is_found_by_its_number(
    path: Path, statements: tuple[str, ...], event: int
) -> None:
    _filled(path)
    _alter(path, *statements)
    with Journal(path, "two") as journal, pytest.raises(IntegrityError, match=f"broken at event {event}: .*evidence"):
        journal.verify()


@pytest.mark.parametrize("payload", ["'{}'", '\'{"kind": "unheard_of"}\'', "'half {'", "CAST(x'ff' AS TEXT)"])
def test_an_event_that_cannot_be_read_is_an_integrity_error(path: Path, payload: str) -> None:
    _filled(path)
    _alter(path, f"UPDATE events SET payload = {payload} WHERE seq = 2")  # noqa: S608 - the test's own
    with Journal(path, "two") as journal, pytest.raises(IntegrityError, match="an event cannot be read"):
        journal.read()


def test_every_flipped_byte_of_the_stored_events_is_found(path: Path) -> None:
    """Flips bytes of the file itself, all over the pages that hold events."""
    _filled(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    whole = path.read_bytes()
    places = [whole.index(f"reason {i}".encode()) for i in range(1, 6)]
    for place in (p + offset for p in places for offset in (0, 3, 7)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        with Journal(path, "two") as journal, pytest.raises(IntegrityError):
            journal.verify()
    path.write_bytes(whole)
    with Journal(path, "two") as journal:
        assert journal.verify() == 5


def test_a_flipped_byte_of_an_indexs_copy_is_found_too(path: Path) -> None:
    """A hash stands twice in the file: in its event, and in the index by which it is unique."""
    _filled(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = connection.execute("SELECT hash FROM events WHERE seq = 3").fetchone()[0].encode()
    connection.close()
    whole = path.read_bytes()
    places = [place for place in range(len(whole)) if whole.startswith(found, place)]
    assert len(places) > 1
    for place in (p + 5 for p in places):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x01]) + whole[place + 1 :])
        with Journal(path, "two") as journal, pytest.raises(IntegrityError):
            journal.verify()


def test_a_file_that_is_no_journal_is_an_integrity_error_and_stays_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"something else " * 1000)
    with pytest.raises(IntegrityError, match="damaged or not a journal"):
        Journal(path, "one")
    assert path.read_bytes() == b"something else " * 1000


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_file_is_an_integrity_error(path: Path, share: float) -> None:
    _filled(path, 60)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(IntegrityError), Journal(path, "two") as journal:
        journal.verify()


# --- disks


_FULL = """
import resource, sys
from pathlib import Path
from controller.errors import StorageError
from controller.journal.event import PauseRequested
from controller.journal.store import Journal
with Journal(Path(sys.argv[1]), "full") as journal:
    seq = len(journal.read())
    size = max(path.stat().st_size for path in Path(sys.argv[1]).parent.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40_000, size + 40_000))
    try:
        while True:
            journal.append(PauseRequested(reason="x" * 5000), at=2000.0, expected=seq, actor="me")
            seq += 1
    except StorageError as error:
        print(seq, journal.verify(), error)
"""


def test_a_disk_that_is_full_is_a_storage_error_and_loses_nothing(path: Path) -> None:
    _filled(path)
    done = _python(_FULL, path)
    assert done.stderr == ""
    written, verified, said = done.stdout.split(" ", 2)
    assert written == verified
    assert int(written) > 5
    assert f"cannot use the journal {path}" in said
    with Journal(path, "after") as journal:
        assert journal.verify() == int(written)
        journal.append(ControllerStopped(), at=3000.0, expected=int(written), actor="me")


def test_a_database_at_its_largest_size_is_a_storage_error_and_loses_nothing(path: Path) -> None:
    _filled(path)
    with Journal(path, "one") as journal:
        with journal._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StorageError, match=r"full; free space or make it writable, nothing was lost"):
            journal.append(_pause("x" * 100_000), at=2000.0, expected=5, actor="me")
        assert journal.verify() == 5


@pytest.mark.parametrize("place", ["/proc/nope/journal.db", "/proc/version/journal.db", "/dev/null/state/journal.db"])
def test_a_folder_that_cannot_be_made_is_a_storage_error_that_says_what_to_do(place: str) -> None:
    with pytest.raises(StorageError, match=r"cannot make the folder .*choose a writable one with --state"):
        Journal(Path(place), "one")


def test_a_folder_in_place_of_the_journal_is_a_storage_error(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StorageError, match=f"cannot use the journal {path}"):
        Journal(path, "one")


def test_a_journal_that_another_process_keeps_locked_says_so(path: Path) -> None:
    _filled(path)
    other = sqlite3.connect(path, isolation_level=None)
    with Journal(path, "one") as journal:
        with journal._engine.connect() as connection:  # not ten seconds, in a test
            connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked by another process for too long; try again"):
            journal.append(_pause("x"), at=2000.0, expected=5, actor="me")
        other.close()
        journal.append(_pause("x"), at=2000.0, expected=5, actor="me")


def test_a_journal_that_another_process_never_ends_opening_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _filled(path)
    monkeypatch.setattr(store, "PATIENCE", 0.05)
    handle = os.open(path.parent, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(StorageError, match=r"another process has been opening it .* nothing was lost"):
        Journal(path, "one")
    os.close(handle)
    with Journal(path, "one") as journal:
        assert journal.verify() == 5


def test_what_is_appended_is_returned_as_it_is_read_back_in_the_same_order(path: Path) -> None:
    with Journal(path, "one") as journal:
        adopted = Adopted(values={"price": 1.0, "batch": 5}, version="v", source="defaults")
        event = journal.append(adopted, at=1.0, expected=0, actor="me")
        assert repr(event) == repr(journal.read()[0])


_OPENER = """
import sys
from pathlib import Path
from controller.journal.event import PauseRequested
from controller.journal.store import Journal
print("ready", flush=True)
while not Path(sys.argv[2]).exists():
    pass
with Journal(Path(sys.argv[1]), "w") as journal:
    journal.submit(PauseRequested(reason="x"), at=1.0, actor="me")
"""


def test_processes_that_make_a_new_journal_at_the_same_moment_share_it(path: Path, tmp_path: Path) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _OPENER, path, tmp_path / "go"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    (tmp_path / "go").touch()
    assert [child.communicate(timeout=60)[1] for child in children] == [""] * 6
    with Journal(path, "reader") as journal:
        assert journal.verify() == 6


def test_what_is_stored_is_plain_json(path: Path) -> None:
    _filled(path, 1)
    with sqlite3.connect(path) as connection:
        (text,) = connection.execute("SELECT payload FROM events").fetchone()
    connection.close()
    assert json.loads(text) == {"kind": "pause_requested", "reason": "reason 1", "until": None}
