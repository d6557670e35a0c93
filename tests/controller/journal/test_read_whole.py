"""Reading: in one go or as a stream, whole or without a kind, with the collector as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.journal.generate import write
from controller.errors import IntegrityError
from controller.journal import event as ev
from controller.journal.store import Journal
from tests.controller.journal.events import EXAMPLES, example


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    write(tmp_path / "journal.db", [(1.0, "ann", payload) for payload in EXAMPLES.values()])
    with Journal(tmp_path / "journal.db", "w") as made:
        yield made


def test_a_stream_is_what_is_read(journal: Journal) -> None:
    assert repr(tuple(journal.stream())) == repr(journal.read())
    assert repr(tuple(journal.stream(5))) == repr(journal.read(5))


def test_a_kind_is_left_out_and_no_other(journal: Journal) -> None:
    whole = journal.read()
    for kind in {event.payload.kind for event in whole}:
        wanted = [event.seq for event in whole if event.payload.kind != kind]
        assert [event.seq for event in journal.stream(without=kind)] == wanted


def test_a_kind_that_stands_in_a_text_is_no_kind(journal: Journal) -> None:
    for text in ('"kind": "canary_looked"', "canary_looked", "%"):
        journal.submit(ev.PauseRequested(reason=text), at=1.0, actor="ann")
    assert [event.seq for event in journal.stream(len(EXAMPLES), without="canary_looked")] == [
        len(EXAMPLES) + 1,
        len(EXAMPLES) + 2,
        len(EXAMPLES) + 3,
    ]


def test_a_kind_that_stands_in_a_label_is_no_kind(journal: Journal) -> None:
    labels = {"kind": "canary_looked", "a": "{"}
    alert = ev.AlertFiring(fingerprint="f", alert="a", labels=labels, summary="{", starts_at="t")
    done = ev.JobDone(job="triage", trigger="operator", ok=True, text="{", details=dict(labels))
    for payload in (alert, done):
        journal.submit(payload, at=1.0, actor="ann")
    assert [event.payload for event in journal.read(len(EXAMPLES), "canary_looked")] == [alert, done]
    assert [event.payload for event in journal.read(len(EXAMPLES), "job_done")] == [alert]


def test_a_kind_is_left_out_up_to_a_time(tmp_path: Path) -> None:
    looked, other = example(ev.CanaryLooked), ev.PauseRequested(reason="a test")
    write(tmp_path / "j.db", [(at, "ann", payload) for at in (1.0, 2.0, 3.0) for payload in (looked, other)])
    with Journal(tmp_path / "j.db", "w") as journal:
        whole = journal.read()
        assert [event.seq for event in journal.stream(without="canary_looked", before=2.0)] == [2, 3, 4, 5, 6]
        assert [event.seq for event in journal.stream(2, "canary_looked", 2.5)] == [4, 5, 6]
        assert repr(journal.read(0, "canary_looked", 0.5)) == repr(whole)


def test_what_is_damaged_is_not_taken_for_what_is_left_out(journal: Journal) -> None:
    with journal.writing() as connection:
        connection.exec_driver_sql("UPDATE events SET payload = replace(payload, 'alert_firing', 'canary_lookee')")
    with pytest.raises(IntegrityError, match="cannot be read"):
        journal.read(0, "canary_looked")


def test_the_last_event_and_its_hash(journal: Journal, tmp_path: Path) -> None:
    last = journal.read()[-1]
    assert journal.last() == (last.seq, last.hash)
    assert journal.hash_of(last.seq) == last.hash
    assert journal.hash_of(last.seq + 1) is None
    with Journal(tmp_path / "new.db", "w") as new:
        assert new.last() == (0, "")


def test_the_collector_is_left_as_it_was(journal: Journal) -> None:
    assert gc.isenabled()
    journal.read()
    assert gc.isenabled()
    with journal.writing() as connection:
        connection.exec_driver_sql("UPDATE events SET payload = '{}'")
    with pytest.raises(IntegrityError, match="cannot be read"):
        journal.read()
    assert gc.isenabled()
    gc.disable()
    try:
        journal.read(10**6)
        assert not gc.isenabled()
    finally:
        gc.enable()
