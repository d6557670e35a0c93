"""How long a pause lasts, and the way back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from controller.decide.drift.backoff import length, remaining
from controller.decide.drift.policy import PausePolicy
from controller.decide.drift.returning import stage
from exporter.seconds import DAY, HOUR

POLICY = PausePolicy()
NOW = 100 * DAY


def test_each_strike_doubles_a_pause_up_to_a_week() -> None:
    assert [length(strikes, POLICY) / HOUR for strikes in (1, 2, 3, 4, 5000)] == [48, 96, 168, 168, 168]
    assert length(0, POLICY) == length(1, POLICY)


def test_a_strike_is_forgotten_every_quiet_fortnight() -> None:
    assert remaining(3, NOW, POLICY, NOW + 13.9 * DAY) == 3
    assert remaining(3, NOW, POLICY, NOW + 14 * DAY) == 2
    assert remaining(3, NOW, POLICY, NOW + 400 * DAY) == 0
    assert remaining(3, None, POLICY, NOW + 400 * DAY) == 3  # the pause still lasts
    assert remaining(3, NOW, POLICY, NOW - DAY) == 3  # the clock went back


def test_the_way_back_has_a_quarter_then_half_then_all_of_the_room() -> None:
    shares = [stage(NOW, (), POLICY, NOW + days * DAY).fraction for days in (0, 3.4, 3.6, 6.9, 7.1)]
    assert shares == [0.25, 0.25, 0.5, 0.5, 1]
    first = stage(NOW, (), POLICY, NOW)
    assert (first.number, first.of, first.until) == (1, 2, NOW + 3.5 * DAY)
    assert stage(None, (), POLICY, NOW).over
    assert stage(NOW, (), PausePolicy(stages=()), NOW).over


def test_a_setback_begins_the_stage_anew() -> None:
    assert stage(NOW, (NOW + 3 * DAY,), POLICY, NOW + 6 * DAY).fraction == 0.25
    assert stage(NOW, (NOW + 3 * DAY,), POLICY, NOW + 6.6 * DAY).fraction == 0.5
    assert stage(NOW, (NOW + 5 * DAY,), POLICY, NOW + 8 * DAY).fraction == 0.5
    assert stage(NOW, (NOW + 8 * DAY,), POLICY, NOW + 8 * DAY).over  # it was over before
    assert stage(NOW, (NOW - DAY, NOW + 9 * DAY), POLICY, NOW + 1 * DAY).fraction == 0.25


@given(st.lists(st.floats(0, 30), max_size=8), st.floats(0, 30), st.floats(0, 5))
def test_room_never_shrinks_on_the_way_back(setbacks: list[float], days: float, more: float) -> None:
    times = [NOW + setback * DAY for setback in setbacks]
    before, after = (stage(NOW, times, POLICY, NOW + at * DAY) for at in (days, days + more))
    assert before.fraction <= after.fraction
    assert before.until is None or before.until > NOW + days * DAY
