"""What a cycle has that its failure may go with."""

from __future__ import annotations

from controller.casebook.record import Record
from controller.journal.event import Moved
from controller.triage.features import features, hours, usual_sizes
from controller.triage.spans import Span
from tests.controller.triage.pasts import DAY

NOON = 20_000 * DAY + 12 * 3600.0


def record(*moves: tuple[str, float, float], trigger: str = "schedule") -> Record:
    changes = tuple(Moved(parameter=name, old=old, new=new) for name, old, new in moves)
    return Record(cycle=1, trigger=trigger, begun_at=NOON, seen_until=NOON + 60.0, changes=changes, ended_at=NOON + 60)


def test_moves_alerts_hours_and_who_asked_are_features() -> None:
    spans = (Span("Slow", NOON + 30.0, NOON + 90.0), Span("Earlier", NOON - 90.0, NOON - 30.0))
    found = features(record(("speed", 1.0, 2.0), ("depth", 4.0, 3.0), trigger="operator"), spans, {})
    assert {kind: {name for key, name in found if key == kind} for kind in ("alert", "hour", "asked", "move")} == {
        "alert": {"Slow"},
        "hour": {"12:00-16:00 UTC"},
        "asked": {"asked for by an operator"},
        "move": {"raise speed", "cut depth", "several parameters moved at once"},
    }


def test_a_move_beyond_the_usual_size_is_a_feature_of_its_own() -> None:
    past = [record(("speed", 1.0, new)) for new in (1.5, 2.0, 4.0)]
    usual = usual_sizes(past)
    assert set(usual) == {"speed"}
    large = [any(kind == "size" for kind, _ in features(one, (), usual)) for one in past]
    assert large == [False, False, True]


def test_one_size_alone_is_not_usual() -> None:
    assert usual_sizes([record(("speed", 1.0, 2.0))] * 3) == {}


def test_hours_are_told_by_stretches() -> None:
    assert [hours(NOON + 3600.0 * step) for step in (-12, 3, 11)] == [
        "00:00-04:00 UTC",
        "12:00-16:00 UTC",
        "20:00-24:00 UTC",
    ]
