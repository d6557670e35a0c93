"""A snapshot and the events after it are the state, whatever happened; and no snapshot is ever trusted blindly."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.journal.generate import write
from controller.errors import IntegrityError
from controller.journal import event as ev
from controller.journal import snapshot
from controller.journal.code import fingerprint
from controller.journal.event import Payload
from controller.journal.fold import fold
from controller.journal.snapshot import check, current, dumped, latest, loaded, save
from controller.journal.state import State
from controller.journal.state_ops import Wanted
from controller.journal.store import Journal
from tests.controller.journal.events import EXAMPLES, events, payloads


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.db", "w") as made:
        yield made


def _append(journal: Journal, *found: Payload) -> State:
    """Append payloads and return the state, folded from the beginning."""
    for payload in found:
        journal.submit(payload, at=1000.0, actor="ann")
    return fold(State(), journal.read())


def _alter(journal: Journal, statement: str, *values: object) -> None:
    with sqlite3.connect(journal.path) as connection:
        connection.execute(statement, values)
    connection.close()


@settings(deadline=None)
@given(st.lists(payloads(), max_size=25), st.data())
def test_a_snapshot_anywhere_and_the_rest_is_the_fold_of_it_all(found: list[Payload], data: st.DataObject) -> None:
    whole = events(*found)
    cut = data.draw(st.integers(0, len(whole)))
    kept = loaded(dumped(fold(State(), whole[:cut])))
    assert repr(kept) == repr(fold(State(), whole[:cut]))
    assert dumped(fold(kept, whole[cut:])) == dumped(fold(State(), whole))


def test_every_prefix_of_a_journal_with_every_kind_of_event_reads_the_same_with_a_snapshot(journal: Journal) -> None:
    for payload in (*EXAMPLES.values(), *EXAMPLES.values()):
        state = _append(journal, payload)
        before = latest(journal)
        assert before.seq == state.seq - 1
        assert repr(current(journal)) == repr(state)
        save(journal, current(journal))
        assert repr(latest(journal)) == repr(state)
    folded, count = check(journal)
    assert (repr(folded), count) == (repr(state), snapshot.KEPT)


def test_without_snapshots_the_fold_begins_at_the_beginning(journal: Journal) -> None:
    state = _append(journal, *EXAMPLES.values())
    assert latest(journal) == State()
    assert repr(current(journal)) == repr(state)
    assert check(journal)[1] == 0


def test_a_reader_writes_no_snapshot(journal: Journal) -> None:
    _append(journal, *EXAMPLES.values())
    current(journal)
    assert check(journal)[1] == 0


def test_a_few_are_kept_the_newest(journal: Journal) -> None:
    _kept(journal)
    whole = journal.read()
    for number in range(1, len(whole) + 1):
        save(journal, fold(State(), whole[:number]))
    with journal.reading() as connection:
        seqs = [row[0] for row in connection.exec_driver_sql("SELECT seq FROM snapshots ORDER BY seq")]
    last = len(EXAMPLES)
    assert seqs == [last - 2, last - 1, last]


def test_saving_the_same_state_again_changes_nothing(journal: Journal) -> None:
    state = _append(journal, *EXAMPLES.values())
    save(journal, state)
    save(journal, state)
    assert check(journal)[1] == 1


def _kept(journal: Journal) -> State:
    """Return the state of a journal that has two snapshots, one at event 5 and one at its end."""
    write(journal.path, [(1000.0, "ann", payload) for payload in EXAMPLES.values()])
    for number in (5, len(EXAMPLES)):
        save(journal, fold(State(), journal.read()[:number]))
    return current(journal)


@pytest.mark.parametrize(
    "alteration",
    [
        "state = x'7b7d'",
        "state = CAST(replace(state, 'heat', 'cold') AS BLOB)",
        "state = 'text'",
        "state = 12",
        "state = x''",
        "digest = 'f'",
        "event = 'f'",
        "seq = 6",
        "code = 'f'",
        "seq = 4000000",
    ],
)
def test_an_altered_snapshot_is_passed_over_and_reported_and_replaced(journal: Journal, alteration: str) -> None:
    state = _kept(journal)
    _alter(journal, f"UPDATE snapshots SET {alteration} WHERE seq > 5")  # noqa: S608 - our own texts
    assert latest(journal).seq == 5
    assert repr(current(journal)) == repr(state)
    with pytest.raises(
        IntegrityError, match=r"the snapshot of the state at event \d+ was altered after it was written"
    ):
        check(journal)
    save(journal, state)
    assert repr(check(journal)[0]) == repr(state)


def test_a_forged_snapshot_with_a_good_hash_is_found_by_folding_again(journal: Journal) -> None:
    state = _kept(journal)
    forged = fold(state, ())
    save(journal, snapshot.loaded(dumped(forged).replace(b'"heat":0.7', b'"heat":0.9')))
    with pytest.raises(IntegrityError, match=f"at event {state.seq} is not what the events before it say"):
        check(journal)


def test_another_journals_snapshot_is_passed_over_and_reported(journal: Journal, tmp_path: Path) -> None:
    _kept(journal)
    with Journal(tmp_path / "other.db", "w") as other:
        state = _append(other, ev.ControllerStopped(), *EXAMPLES.values())
        with sqlite3.connect(other.path) as connection:
            connection.execute("ATTACH ? AS first", (str(journal.path),))
            connection.execute("INSERT INTO snapshots SELECT * FROM first.snapshots")
        connection.close()
        assert latest(other) == State()
        assert repr(current(other)) == repr(state)
        with pytest.raises(IntegrityError, match="belongs to another journal"):
            check(other)


def test_a_snapshot_of_other_code_is_passed_over_and_is_no_error(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = _kept(journal)
    _alter(journal, "DELETE FROM snapshots")
    monkeypatch.setattr(snapshot, "fingerprint", lambda: "0" * 64)
    save(journal, state)
    assert repr(latest(journal)) == repr(state)
    monkeypatch.setattr(snapshot, "fingerprint", fingerprint)
    assert latest(journal) == State()
    assert check(journal)[1] == 1
    save(journal, state)
    assert check(journal)[1] == 1


def test_a_state_of_another_event_does_not_count_whatever_the_row_says(journal: Journal) -> None:
    state = _append(journal, *EXAMPLES.values())
    save(journal, State(seq=state.seq, last_hash=state.last_hash))
    _alter(journal, "UPDATE snapshots SET seq = 3")
    assert latest(journal) == State()


@pytest.mark.parametrize("statement", ["DROP TABLE snapshots", "ALTER TABLE snapshots RENAME COLUMN code TO other"])
def test_a_damaged_table_of_snapshots_keeps_nobody_from_reading(journal: Journal, statement: str) -> None:
    state = _kept(journal)
    _alter(journal, statement)
    assert repr(current(journal)) == repr(state)


@pytest.mark.parametrize("text", [b"", b"{}", b"[" * 100_000, b'{"state": {"seq": "x"}}', b"\xff", b"null"])
def test_garbage_is_no_state(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's own words
        loaded(text)


def test_a_value_that_is_no_number_that_anybody_can_use_comes_back_as_it_was() -> None:
    asked = ev.DeployRequested(
        values={"a": math.inf, "b": -math.inf, "c": math.nan, "d": "NaN", "e": 10**30}, reason="x"
    )
    state = State(wanted=(Wanted(1, 2.0, "ann", asked),))
    assert repr(loaded(dumped(state))) == repr(state)
