"""The benchmark's journal is one that a controller could have written; the page is made from its raw results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.journal import page
from benchmarks.journal.__main__ import EVENTS, VERSIONS, main
from benchmarks.journal.generate import past, write
from controller.journal.event import Payload
from controller.journal.fold import fold
from controller.journal.state import State
from controller.journal.store import Journal
from controller.stack.checkout import checkout
from exporter.catalog.controller import OUTCOMES

PUBLISHED = checkout() / "docs" / "benchmarks"


def _text(payload: Payload) -> str:
    return json.dumps(payload.model_dump(mode="json"), sort_keys=True)


def test_the_journal_is_whole_valid_and_the_same_for_the_same_seed(tmp_path: Path) -> None:
    made = past(cycles=25, looks=3)
    write(tmp_path / "journal.db", made.dated)
    with Journal(tmp_path / "journal.db", "w") as journal:
        assert journal.verify() == len(made.dated)
        found = journal.read()
        assert [_text(event.payload) for event in found] == [_text(payload) for _, _, payload in made.dated]
    state = fold(State(), found)
    assert state.cycles == 25
    assert sum(state.outcomes.values()) == 25
    assert state.version == made.live[-1].version
    assert {"promoted", "rolled_back", "inconclusive"} <= set(state.outcomes) <= set(OUTCOMES)
    assert made == past(cycles=25, looks=3) != past(cycles=25, looks=3, seed=2)


def test_as_many_events_or_versions_as_asked() -> None:
    assert len(past(events=1234).dated) == 1234
    assert len({live.version for live in past(versions=50, looks=1).live}) >= 50


def test_a_small_run_writes_page_and_raw_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--events", "500", "--versions", "20", "--repeats", "1", "--out", str(tmp_path)])
    raw = json.loads((tmp_path / page.JSON).read_text())
    assert raw["sizes"]["events"] == 500
    assert raw["sizes"]["versions"] >= 20
    text, said = (tmp_path / page.PAGE).read_text(), capsys.readouterr().out
    for row in (*raw["fold"], *raw["history"]):
        assert f"| {row['name']} | " in text
        assert f"{row['name']}: median " in said


def test_the_published_page_is_that_of_the_published_results_in_full_size() -> None:
    raw = json.loads((PUBLISHED / page.JSON).read_text())
    assert (PUBLISHED / page.PAGE).read_text() == page.render(raw)
    assert raw["sizes"]["events"] == EVENTS
    assert raw["sizes"]["versions"] >= VERSIONS
