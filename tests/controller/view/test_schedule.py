"""The schedule as it is shown: what comes next, what is due, and how the last run went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from controller.journal import event as ev
from controller.journal.state import State
from controller.view.schedule import Row, document, schedule
from tests.controller.world import World, worlds

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a world with a cycle a day, at noon."""
    for found in worlds(tmp_path, schedule={"cycle": "daily 13:00", "triage": "never", "upkeep": "daily 14:00"}):
        found.now = NOON
        yield found


def _rows(world: World, state: State, now: float | None = None) -> dict[str, Row]:
    return {row.name: row for row in schedule(world.config, state, world.now if now is None else now)}


def test_without_a_journal_nothing_was_missed(world: World) -> None:
    rows = _rows(world, State())
    assert list(rows) == ["cycle", "triage", "upkeep"]
    assert rows["cycle"] == Row("cycle", "daily 13:00", NOON + 3600, None, None, None, "", None, 0, 0)
    assert rows["triage"].next_at is None


def test_a_cycle_under_way_its_end_and_its_failure(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    autopilot.refresh()
    assert _rows(world, autopilot.state)["cycle"].requested == "ann"
    state = world.to_canary(autopilot)
    row = _rows(world, state)["cycle"]
    assert (row.last_at, row.ok, row.last) == (NOON, True, "cycle 1 is under way: canary")
    world.to_end(autopilot)
    assert _rows(world, autopilot.state)["cycle"].last == "cycle 1 ended: promoted"
    world.submit(ev.CycleStarted(cycle=2, trigger="operator"), "autopilot")
    world.submit(ev.CycleEnded(cycle=2, outcome="failed", reason="a query is wrong"), "autopilot")
    autopilot.refresh()
    row = _rows(world, autopilot.state)["cycle"]
    assert (row.ok, row.last, row.runs, row.failures) == (False, "cycle 2 ended: failed", 2, 1)


def test_a_moment_that_came_is_due_until_it_is_dealt_with(world: World) -> None:
    autopilot = world.controller()
    world.now += 7200.5
    assert _rows(world, autopilot.state)["cycle"].due_at == NOON + 3600
    assert _rows(world, autopilot.state)["upkeep"].due_at == NOON + 7200
    world.submit(ev.JobDone(job="cycle", trigger="schedule", ok=False, text="skipped the run"), "autopilot")
    autopilot.refresh()
    row = _rows(world, autopilot.state)["cycle"]
    assert (row.due_at, row.last_at, row.ok, row.last) == (None, world.now, False, "skipped the run")
    shown = document(world.config, autopilot.state, world.now)
    assert shown["cycle"]["last"] == "skipped the run"
    assert "name" not in shown["cycle"]
