"""The journal's canaries: when each was exposed, and what was decided."""

from __future__ import annotations

from controller.journal import event as ev
from controller.journal.event import Payload
from controller.model import Window
from controller.replay.ran import Ran, canaries
from tests.controller.journal.events import events


def started(number: int, *, ladder: tuple[float, ...] = ()) -> tuple[Payload, ...]:
    """Return the beginning of a cycle with a canary."""
    return (
        ev.CycleStarted(cycle=number, trigger="test"),
        ev.CanaryStarted(
            cycle=number,
            canary=f"cycle-{number}",
            version="v",
            planned=60,
            expires_at=5000.0,
            detectable={},
            weights={"canary": 0.2, "baseline": 0.2, "control": 0.6},
            ladder=ladder,
        ),
    )


def test_each_canary_has_its_exposures_and_its_end() -> None:
    journal = events(
        *started(1),
        ev.CanaryPaused(cycle=1, reasons=("alert",)),
        ev.CanaryResumed(cycle=1, reason="over", expires_at=5000.0),
        ev.Decided(cycle=1, verdict="rollback", reasons=("harm",)),
        ev.CycleEnded(cycle=1, outcome="rolled_back", reason="harm"),
        *started(2, ladder=(0.1, 0.2)),
    )
    found = canaries(journal, now=1100.0)
    assert list(found) == ["cycle-1", "cycle-2"]
    assert found["cycle-1"] == Ran(
        "cycle-1", 60, (Window(1010, 1020), Window(1030, 1040)), climbs=False, verdict="rollback", reasons=("harm",)
    )
    assert found["cycle-2"] == Ran("cycle-2", 60, (Window(1070, 1100),), climbs=True, verdict="", reasons=())


def test_a_canary_whose_controller_died_is_exposed_no_longer_than_its_lease() -> None:
    assert canaries(events(*started(1)), now=1e9)["cycle-1"].windows == (Window(1010, 5000),)


def test_a_journal_without_canaries_has_none() -> None:
    assert canaries((), now=1.0) == {}
    assert canaries(events(ev.CycleStarted(cycle=1, trigger="test")), now=1e9) == {}
