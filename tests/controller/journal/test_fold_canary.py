"""Events of a canary: exposure, looks, blindness, steps and pauses."""

from __future__ import annotations

import pytest

from controller.journal import event as ev
from controller.journal.event import Payload
from controller.journal.state_canary import CanaryState
from controller.model import Window
from tests.controller.journal.events import LOOKED, example
from tests.controller.journal.steps import CANARY, ENDED, LAPSED, PAUSED, RESUMED, START, folded, looked


def test_a_look_renews_the_lease_and_is_remembered() -> None:
    state = folded(START, CANARY, looked("undecided", 1, LOOKED), looked("undecided", 2))
    assert state.cycle is not None
    canary = state.cycle.canary
    assert canary is not None
    assert (canary.looks, canary.last_look_at, canary.expires_at) == (2, 1030.0, 1600.0)
    assert canary.kpis == state.last_kpis == (LOOKED,)  # a look that saw nothing forgets nothing
    assert canary.running


def test_blindness_counts_from_the_last_look_that_saw() -> None:
    def since(*looks: str) -> float | None:
        state = folded(START, CANARY, *(looked(verdict) for verdict in looks))
        assert state.cycle is not None
        assert state.cycle.canary is not None
        return state.cycle.canary.blind_since

    assert since("blind") == 1010.0  # the start
    assert since("undecided", "blind", "blind") == 1020.0
    assert since("blind", "undecided") is None


def _windows(*found: Payload, now: float = 2000.0) -> list[tuple[float, float]]:
    state = folded(START, CANARY, *found)
    assert state.cycle is not None
    assert state.cycle.canary is not None
    return [(window.start, window.end) for window in state.cycle.canary.windows(now)]


def test_a_canary_is_exposed_while_its_lease_holds_and_it_is_not_paused() -> None:
    assert _windows(now=1100.0) == [(1010.0, 1100.0)]
    assert _windows(now=9999.0) == [(1010.0, 1500.0)]
    assert _windows(PAUSED) == [(1010.0, 1020.0)]
    assert _windows(PAUSED, RESUMED, now=1100.0) == [(1010.0, 1020.0), (1030.0, 1100.0)]
    assert _windows(LAPSED) == [(1010.0, 1015.0)]
    assert _windows(LAPSED, RESUMED, PAUSED) == [(1010.0, 1015.0), (1030.0, 1040.0)]


@pytest.mark.parametrize("pause", [PAUSED, LAPSED])
def test_a_standing_canary_holds_no_lease_and_a_resumed_one_does(pause: Payload) -> None:
    state = folded(START, CANARY, pause)
    assert state.cycle is not None
    standing = state.cycle.canary
    assert standing is not None
    assert (standing.running, standing.expires_at) == (False, None)
    assert standing.paused_at is not None
    assert standing.lapsed is (pause is LAPSED)
    state = folded(START, CANARY, pause, RESUMED)
    assert state.cycle is not None
    again = state.cycle.canary
    assert again is not None
    assert (again.running, again.expires_at, again.paused_at, again.lapsed) == (True, 1700.0, None, False)


STEPPED = example(ev.CanaryStepped)
AWAITING = example(ev.CanaryAwaiting)


def _canary(*found: Payload) -> CanaryState:
    state = folded(START, *found)
    assert state.cycle is not None
    assert state.cycle.canary is not None
    return state.cycle.canary


def test_a_larger_share_begins_a_new_stretch_of_exposure() -> None:
    begun = CANARY.model_copy(update={"weights": {"canary": 0.05}, "ladder": (0.05, 0.1)})
    assert _canary(begun).steps == ((1010.0, 0.05),)
    grown = _canary(begun, STEPPED)
    assert grown.steps == ((1010.0, 0.05), (1020.0, 0.1))
    assert (grown.version, grown.ladder, grown.running) == ("v1b", (0.05, 0.1), True)
    assert grown.windows(1100.0) == (Window(1010.0, 1020.0), Window(1020.0, 1100.0))
    assert _canary(CANARY).steps == ()  # a journal that did not say so yet
    assert _canary(begun, PAUSED, STEPPED).steps == ((1010.0, 0.05),)  # a canary that stands still does not grow


def test_a_canary_that_waits_for_a_word_is_exposed_no_more() -> None:
    found = _canary(CANARY, AWAITING)
    assert (found.awaiting_until, found.verdict, found.reasons) == (1800.0, "inconclusive", ("nothing",))
    assert (found.running, found.expires_at, found.paused_at) == (False, None, None)
    assert found.windows(9999.0) == (Window(1010.0, 1020.0),)
    assert _canary(CANARY, AWAITING, example(ev.Decided)).awaiting_until is None


def test_blind_time_adds_up_over_its_stretches() -> None:
    def blind(*found: Payload | str, now: float = 2000.0) -> float:
        return _canary(CANARY, *(looked(x) if isinstance(x, str) else x for x in found)).blind_for(now)

    assert blind("undecided") == 0.0
    assert blind("blind", now=1025.0) == 15.0  # since the start, still open
    assert blind("blind", "undecided") == 20.0
    assert blind("blind", "undecided", "blind", "blind", "undecided") == 20.0 + 30.0
    assert blind("blind", PAUSED) == 20.0  # time held is not blind
    assert blind("blind", LAPSED) == 5.0  # no longer than the lease
    assert blind("blind", PAUSED, RESUMED, "undecided", "blind", now=1070.0) == 20.0 + 20.0


def test_exposures_outlive_their_cycle_and_are_kept_once() -> None:
    state = folded(START, CANARY, PAUSED, RESUMED, example(ev.Decided), example(ev.Applied), ENDED)
    assert state.exposures == (Window(1010.0, 1020.0), Window(1030.0, 1040.0))


def test_a_cycle_that_breaks_off_in_its_canary_leaves_its_exposure_too() -> None:
    assert folded(START, CANARY, ENDED).exposures == (Window(1010.0, 1020.0),)
