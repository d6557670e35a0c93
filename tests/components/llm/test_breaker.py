"""The breaker's table: what leads from state to state, and what must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.llm.breaker import Breaker, BreakerSettings, Permit
from components.reporter import BreakerState

SETTINGS = BreakerSettings(
    window=6, minimum_calls=4, failure_threshold=0.5, open_seconds=5.0, probes=3, half_open_seconds=2.0
)


def permit(breaker: Breaker, now: float) -> Permit:
    found = breaker.admit(now)
    assert found is not None
    return found


def call(breaker: Breaker, results: str, now: float = 0.0) -> None:
    """Make calls one after the other: `F` fails, `S` succeeds."""
    for result in results:
        breaker.settle(permit(breaker, now), now, failed=result == "F")


def opened(now: float = 0.0) -> Breaker:
    breaker = Breaker(SETTINGS)
    call(breaker, "FFFF", now)
    assert breaker.state(now) == "open"
    return breaker


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ("", "closed"),
        ("FFF", "closed"),  # below the minimum
        ("FFFF", "open"),
        ("FFSS", "open"),  # the threshold itself
        ("FSSS", "closed"),
        ("FFFS", "open"),  # 75 % failures with a success at the end: a consecutive count would stay closed
        ("SSSSSSFF", "closed"),  # 2 of the last 6
        ("SSSSSSFFF", "open"),  # 3 of the last 6
        ("FFSSSSSSFF", "open"),
        ("FSSSSSSFF", "closed"),  # the first failure has left the window
    ],
)
def test_closed_opens_at_the_failure_rate_of_the_last_calls(results: str, state: BreakerState) -> None:
    breaker = Breaker(SETTINGS)
    for result in results:
        if (now_permit := breaker.admit(0.0)) is not None:
            breaker.settle(now_permit, 0.0, failed=result == "F")
    assert breaker.state(0.0) == state


def test_open_admits_nothing_until_its_time_is_over() -> None:
    breaker = opened(now=100.0)
    assert breaker.admit(104.9) is None
    assert breaker.state(104.9) == "open"
    assert breaker.state(105.0) == "half_open"


def test_half_open_admits_exactly_its_probes() -> None:
    breaker = opened()
    admitted = [breaker.admit(5.0) for _ in range(1000)]
    assert sum(found is not None for found in admitted) == 3


@pytest.mark.parametrize(("results", "state"), [("SSS", "closed"), ("SFS", "closed"), ("FF", "open"), ("FSF", "open")])
def test_probes_decide(results: str, state: BreakerState) -> None:
    breaker = opened()
    permits = [permit(breaker, 5.0) for _ in range(3)]
    for i, result in enumerate(results):
        breaker.settle(permits[i], 5.5, failed=result == "F")
    assert breaker.state(5.5) == state


def test_two_good_probes_of_three_do_not_close_it_yet() -> None:
    breaker = opened()
    call(breaker, "SS", 5.0)
    assert breaker.state(5.0) == "half_open"


def test_probes_that_do_not_come_back_in_time_open_it_again() -> None:
    breaker = opened()
    late = permit(breaker, 5.0)
    assert breaker.state(6.9) == "half_open"
    assert breaker.state(7.0) == "open"
    breaker.settle(late, 7.5, failed=False)
    assert breaker.state(7.5) == "open"


def test_results_of_an_earlier_generation_are_dropped() -> None:
    breaker = Breaker(SETTINGS)
    stale = [permit(breaker, 0.0) for _ in range(10)]
    call(breaker, "FFFF")
    assert breaker.state(5.0) == "half_open"
    for old in stale:
        breaker.settle(old, 5.0, failed=True)
    assert breaker.state(5.0) == "half_open"
    call(breaker, "SSS", 5.0)
    assert breaker.state(5.0) == "closed"
    for old in stale:
        breaker.settle(old, 5.0, failed=True)
    assert breaker.state(5.0) == "closed"


def test_a_withdrawn_probe_makes_room_for_another_and_counts_for_nothing() -> None:
    breaker = opened()
    permits = [permit(breaker, 5.0) for _ in range(3)]
    assert breaker.admit(5.0) is None
    breaker.withdraw(permits[0])
    assert breaker.admit(5.0) is not None
    closed = Breaker(SETTINGS)
    for _ in range(10):
        closed.withdraw(permit(closed, 0.0))
    assert closed.state(0.0) == "closed"


def test_a_clock_that_jumps_back_does_not_keep_it_open() -> None:
    breaker = opened(now=10_000.0)
    assert breaker.state(50.0) == "open"
    assert breaker.state(55.0) == "half_open"


def test_every_state_entered_is_told() -> None:
    seen: list[BreakerState] = []
    breaker = Breaker(SETTINGS, seen.append)
    call(breaker, "FFFF")
    call(breaker, "FF", 5.0)
    call(breaker, "SSS", 10.0)
    assert seen == ["open", "half_open", "open", "half_open", "closed"]


@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from(["admit", "ok", "fail", "withdraw"])), max_size=120))
def test_whatever_happens_open_admits_none_and_half_open_at_most_its_probes(
    steps: list[tuple[float, str]],
) -> None:
    breaker = Breaker(SETTINGS)
    now, held = 0.0, list[Permit]()
    probes: dict[int, int] = {}  # of each half-open generation: admitted, less withdrawn
    for gap, step in steps:
        now += gap
        state = breaker.state(now)
        if step == "admit":
            found = breaker.admit(now)
            assert (found is None) or state != "open"
            assert (found is not None) or state != "closed"
            if found is not None:
                held.append(found)
                if state == "half_open":
                    probes[found.generation] = probes.get(found.generation, 0) + 1
        elif held and step == "withdraw":
            old = held.pop(0)
            breaker.withdraw(old)
            if old.generation in probes:
                probes[old.generation] -= 1
        elif held:
            breaker.settle(held.pop(0), now, failed=step == "fail")
        assert all(count <= SETTINGS.probes for count in probes.values())


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"minimum_calls": 7}, "minimum_calls"),
        ({"minimum_calls": 0}, "minimum_calls"),
        ({"failure_threshold": 0.0}, "failure_threshold"),
        ({"failure_threshold": 1.1}, "failure_threshold"),
        ({"probes": 0}, "probes"),
        ({"half_open_seconds": 0.0}, "half_open_seconds"),
    ],
)
def test_settings_that_could_not_work_are_refused(changed: dict[str, float], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        BreakerSettings(**{"window": 6, "minimum_calls": 4, **changed})  # type: ignore[arg-type]
