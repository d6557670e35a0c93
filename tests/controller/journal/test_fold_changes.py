"""When something was last changed, by kind: every change of what is live, and nothing that changes nothing."""

from __future__ import annotations

from typing import get_args

import pytest

from controller.journal import event as ev
from controller.journal.event import Payload
from controller.journal.fold_changes import Change
from exporter.catalog.controller import CHANGES
from tests.controller.journal.events import example
from tests.controller.journal.steps import CANARY, PROPOSED, START, folded

ADOPTED = example(ev.Adopted)
LOADED = example(ev.ConfigLoaded)
DRIFT = example(ev.DriftDetected)
EMERGENCY = example(ev.EmergencyPauseRequested)
PAUSE = example(ev.PauseRequested)
OVER = example(ev.PauseEnded)
REVERTED = ev.Applied(cycle=1, outcome="reverted", values={"heat": 0.6, "top": 12}, version="v0")


def _decided(verdict: str) -> tuple[Payload, ...]:
    return (ADOPTED, START, PROPOSED, CANARY, ev.Decided(cycle=1, verdict=verdict, reasons=("r",)))


def _bounds(kind: ev.BoundsKind) -> ev.BoundsAdjusted:
    return ev.BoundsAdjusted(parameter="heat", adjustment=kind, low=0.3, high=0.9, old_low=0.2, old_high=1, reason="r")


def test_every_kind_of_change_can_be_shown() -> None:
    assert set(CHANGES) == set(get_args(Change))  # one that is missing is marked on no board


@pytest.mark.parametrize(
    ("found", "changed"),
    [
        ((*_decided("proceed"), example(ev.Applied)), "promoted"),
        ((*_decided("rollback"), REVERTED), "canary_rolled_back"),
        ((ADOPTED, example(ev.RolledBack)), "rolled_back"),
        ((ADOPTED, example(ev.Deployed)), "deployed"),
        ((ADOPTED, ev.Adopted(values={"heat": 0.5}, version="v9", source="changed configuration")), "adopted"),
        ((_bounds("overridden"),), "bounds_overridden"),
        ((_bounds("restored"),), "bounds_restored"),
        ((_bounds("adjusted"),), "bounds_adjusted"),
        ((LOADED, ev.ConfigLoaded(digest="d2")), "configured"),
        ((EMERGENCY,), "paused_emergency"),
        ((PAUSE,), "paused_operator"),
        ((DRIFT,), "paused_drift"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_change_is_remembered_with_its_time_and_no_other_with_it(found: tuple[Payload, ...], changed: str) -> None:
    assert folded(*found).changed_at == {changed: 1000.0 + 10 * (len(found) - 1)}


def test_a_rollback_in_an_emergency_is_one_of_its_own() -> None:
    assert folded(ADOPTED, EMERGENCY, example(ev.RolledBack)).changed_at == {
        "paused_emergency": 1010.0,
        "emergency_rolled_back": 1020.0,
    }


@pytest.mark.parametrize(
    "found",
    [
        (ADOPTED,),
        (ADOPTED, ADOPTED),
        (LOADED,),
        (LOADED, LOADED),
        (*_decided("inconclusive"), REVERTED),
        (_bounds("expanded"), _bounds("contracted"), _bounds("reset")),
        (DRIFT.model_copy(update={"action": "watch"}),),
        (example(ev.ResumeRequested),),
        (example(ev.RollbackRequested), example(ev.RequestRefused)),
        (example(ev.ControllerStarted), example(ev.ControllerStopped)),
    ],
    ids=["begun", "same", "loaded", "loaded again", "kept", "slid", "watched", "not paused", "refused", "restart"],
)
def test_what_changes_nothing_by_hand_or_verdict_is_no_change(found: tuple[Payload, ...]) -> None:
    assert folded(*found).changed_at == {}


def test_only_the_end_of_the_last_pause_lets_the_autopilot_go_on() -> None:
    assert folded(DRIFT, OVER).changed_at["resumed"] == 1010.0
    assert folded(DRIFT, PAUSE, example(ev.ResumeRequested)).changed_at["resumed"] == 1020.0
    assert "resumed" not in folded(DRIFT, PAUSE, OVER).changed_at
    assert "resumed" not in folded(PAUSE, OVER).changed_at
