"""The index answers what the journal says, page by page, however it came to be there."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from controller.history.entry import Entry
from controller.history.index import Index
from controller.history.index_check import wrong
from controller.history.index_file import CODE
from controller.history.query import Query
from controller.journal import event as ev
from tests.controller.history.past import BEGIN, DAY, Folder, filled, project


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """A past that no test changes."""
    with filled(tmp_path_factory.mktemp("state")) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with filled(tmp_path, cycles=5) as made:
        yield made


def _all(folder: Folder) -> tuple[Entry, ...]:
    return project(folder.journal.read())


QUERIES: dict[str, tuple[Query, Callable[[Entry], bool]]] = {
    "all": (Query(), lambda _e: True),
    "parameter": (Query(parameter="top_k"), lambda e: "top_k" in {m.parameter for m in (*e.changes, *e.tried)}),
    "actor": (Query(actor="autopilot"), lambda e: e.actor == "autopilot"),
    "nobody": (Query(actor="' OR 1=1 --"), lambda _e: False),
    "causes": (Query(causes=("promoted", "kept")), lambda e: e.cause in ("promoted", "kept")),
    "outcome": (Query(outcome="rolled_back"), lambda e: e.outcome == "rolled_back"),
    "cycle": (Query(cycle=7), lambda e: e.cycle == 7),
    "since": (Query(since=BEGIN + 10 * DAY), lambda e: e.at >= BEGIN + 10 * DAY),
    "until": (Query(until=BEGIN + 10 * DAY), lambda e: e.at <= BEGIN + 10 * DAY),
    "text": (Query(text="PLAY_Completion"), lambda e: "play_completion" in e.rationale + e.reason),
    "no wildcard": (Query(text="%"), lambda _e: False),
    "both": (
        Query(causes=("kept",), parameter="top_k"),
        lambda e: e.cause == "kept" and e.tried[0].parameter == "top_k",
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_filter_finds_what_it_says_and_nothing_else(shared: Folder, name: str) -> None:
    query, holds = QUERIES[name]
    wanted = [entry for entry in _all(shared) if holds(entry)]
    with shared.index() as index:
        page = index.page(query, size=1000)
        assert repr(page.entries) == repr(tuple(wanted[::-1]))
        assert page.total == len(wanted)
        assert repr(tuple(index.entries(query))) == repr(tuple(wanted))


def test_a_version_is_used_until_the_next_one_is_in_force(shared: Folder) -> None:
    entries = _all(shared)
    ends = [*(entry.at for entry in entries[1:]), entries[-1].at]
    wanted: dict[str, float] = {}
    for entry, end in zip(entries, ends, strict=True):
        wanted[entry.version] = max(end, wanted.get(entry.version, 0.0))
    with shared.index() as index:
        assert index.last_used() == wanted


def test_a_version_is_found_by_its_beginning(shared: Folder) -> None:
    last = _all(shared)[-1]
    with shared.index() as index:
        for digits in (last.version, last.version[:8], last.version[:6]):
            assert {e.version for e in index.page(Query(version=digits)).entries} == {last.version}


def test_pages_together_are_everything_once_newest_first(shared: Folder) -> None:
    with shared.index() as index:
        first = index.page(Query(), size=7)
        found = [e for number in range(1, first.count + 1) for e in index.page(Query(), number, 7).entries]
        assert index.page(Query(), first.count + 1, 7).entries == ()
        assert first.count == -(-first.total // 7)
    assert repr(tuple(found)) == repr(_all(shared)[::-1])


def test_the_index_follows_the_journal_event_by_event(folder: Folder) -> None:
    with folder.index() as index:
        before = index.page(Query()).total
    back = ev.RolledBack(version="ab" * 32, values={"temperature": 1.0}, reason="because", by="ann")
    folder.journal.submit(back, at=folder.end + 1, actor="autopilot")
    with folder.index() as index:
        page = index.page(Query())
        assert page.total == before + 1
        assert page.entries[0].reason == "because"
        assert index.last_used()["ab" * 32] == folder.end + 1


def test_a_look_at_a_canary_costs_the_index_nothing_and_is_skipped(folder: Folder) -> None:
    look = next(payload for _, _, payload in folder.past.dated if isinstance(payload, ev.CanaryLooked))
    folder.journal.submit(look, at=folder.end + 1, actor="autopilot")
    with folder.index() as index:
        assert repr(index.page(Query(), size=1000).entries[::-1]) == repr(_all(folder))
    folder.journal.submit(look, at=folder.end + 1, actor="autopilot")
    with folder.index() as index:
        assert index.path == folder.index_path


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "x").write_text("y")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"no database at all" * 999),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "a folder": _folder,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_made_anew(folder: Folder, damage: str) -> None:
    with folder.index() as index:
        wanted = index.page(Query(), size=1000)
    DAMAGE[damage](folder.index_path)
    with folder.index() as index:
        assert repr(index.page(Query(), size=1000)) == repr(wanted)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET code = 'other'",
        "UPDATE meta SET hash = 'other', seq = seq - 1",
        "UPDATE meta SET seq = 99999999",
        "UPDATE meta SET carry = 'no json'",
        "DELETE FROM meta",
        "DROP TABLE entries",
        "UPDATE meta SET seq = 3, hash = ''",
    ],
)
def test_an_index_of_other_code_or_another_journal_is_made_anew(folder: Folder, statement: str) -> None:
    with folder.index() as index:
        wanted = index.page(Query(), size=1000)
    folder.journal.submit(ev.ControllerStopped(), at=folder.end, actor="autopilot")
    with closing(sqlite3.connect(folder.index_path)) as connection, connection:
        connection.execute(statement)
    with folder.index() as index:
        assert repr(index.page(Query(), size=1000)) == repr(wanted)
        assert index.path == folder.index_path


def test_without_a_place_to_write_it_is_made_in_memory(folder: Folder) -> None:
    with Index(folder.journal, Path("/proc/no/index.db")) as index:
        assert index.path is None
        assert index.page(Query()).total == len(_all(folder))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET actor = 'eve' WHERE seq = (SELECT max(seq) FROM entries)",
        "UPDATE entries SET body = replace(body, 'promoted', 'deployed')",
        "DELETE FROM entries WHERE cause = 'adopted'",
        "DELETE FROM moves",
        "UPDATE meta SET carry = replace(carry, 'temperature', 'humidity')",
    ],
)
def test_an_altered_index_is_found_against_the_journal(folder: Folder, statement: str) -> None:
    with folder.index(), Index(folder.journal, None) as fresh:
        assert wrong(folder.journal, folder.index_path, fresh) == []
        with closing(sqlite3.connect(folder.index_path)) as connection, connection:
            connection.execute(statement)
        (found,) = wrong(folder.journal, folder.index_path, fresh)
    assert str(folder.index_path) in found
    assert "delete the file" in found


def test_an_index_that_is_behind_is_not_wrong_and_garbage_is(folder: Folder) -> None:
    with folder.index():
        pass
    folder.journal.submit(ev.ControllerStopped(), at=folder.end, actor="autopilot")
    with Index(folder.journal, None) as fresh:
        assert wrong(folder.journal, folder.index_path, fresh) == []
        folder.index_path.write_bytes(b"garbage" * 5000)
        (found,) = wrong(folder.journal, folder.index_path, fresh)
    assert "cannot be read" in found


def test_two_readers_at_once_see_the_same(folder: Folder) -> None:
    with folder.index() as first, folder.index() as second:
        assert first.page(Query()) == second.page(Query()) or repr(first.page(Query())) == repr(second.page(Query()))


def test_while_another_process_makes_the_index_its_file_is_left_alone(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("controller.history.index_file.WAIT", 0.1)
    with folder.index():
        pass
    folder.journal.submit(ev.ControllerStopped(), at=folder.end, actor="autopilot")
    inode = folder.index_path.stat().st_ino
    with closing(sqlite3.connect(folder.index_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with folder.index() as index:
            assert index.path is None
            assert index.page(Query()).total == len(_all(folder))
    assert folder.index_path.stat().st_ino == inode
    with folder.index() as index:
        assert index.path == folder.index_path


LIST = """
import sys, controller.history.index_file, controller.history.project
for name, module in sys.modules.items():
    if name.startswith("controller.history."):
        print(module.__file__)
"""


def test_every_module_of_history_that_makes_entries_is_in_the_fingerprint() -> None:
    made = subprocess.run([sys.executable, "-c", LIST], check=True, capture_output=True, text=True).stdout.split()
    assert {Path(name).name for name in made} == set(CODE) - {"index.py"}
