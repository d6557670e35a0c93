"""A controller keeps its state in the journal now and then; it goes on without, and begins with what is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.errors import IntegrityError, StorageError
from controller.journal import snapshot
from controller.journal.snapshot import check, current, latest
from controller.journal.state import State
from controller.journal.store import Journal
from tests.controller.world import World, worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path / "world")


def test_the_state_is_kept_at_start_and_stop_and_every_so_often(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "EVERY", 5)
    autopilot = world.controller()
    assert latest(world.journal).seq == autopilot.state.seq
    world.request()
    kept = set()

    def look(state: State) -> bool:
        kept.add(latest(world.journal).seq)
        assert state.seq - latest(world.journal).seq < 5 + 1
        return state.last_outcome != ""

    world.drive(autopilot, look)
    assert len(kept) > 3
    autopilot.stop(world.now)
    assert latest(world.journal).seq == world.read()[-1].seq
    assert repr(check(world.journal)[0]) == repr(world.state())


def test_the_next_controller_begins_where_the_last_one_was(world: World) -> None:
    first = world.controller()
    world.request()
    world.to_canary(first, 20)
    second = world.controller()
    assert repr(second.state) == repr(world.state())
    world.to_end(second)
    assert repr(current(world.journal)) == repr(world.state())


def test_without_room_for_a_snapshot_everything_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def full(_journal: Journal, _state: State) -> None:
        asked.append(1)
        raise StorageError("no space left")

    monkeypatch.setattr(snapshot, "save", full)
    autopilot = world.controller()
    world.request()
    world.to_end(autopilot)
    autopilot.stop(world.now)
    assert len(asked) >= 2
    assert latest(world.journal) == State()
    assert repr(current(world.journal)) == repr(world.state())


def test_a_wrong_snapshot_is_neither_believed_nor_left_by_a_controller_that_starts(world: World) -> None:
    world.controller().stop(world.now)
    with sqlite3.connect(world.path) as connection:
        connection.execute("UPDATE snapshots SET state = replace(state, '1.0', '1.4')")
    connection.close()
    with pytest.raises(IntegrityError, match="was altered after it was written"):
        check(world.journal)
    autopilot = world.controller()
    assert autopilot.state.values == {"price": 1.0, "batch": 5}
    assert repr(check(world.journal)[0]) == repr(world.state())
