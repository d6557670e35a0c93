"""Drift in the cycle: when it stops the autopilot, for how long, and how it comes back."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from controller.adapters.answer import UnreachableError
from controller.cycle import knowledge
from controller.cycle.context import Context
from controller.cycle.drift import drifting, pause_over, readings
from controller.cycle.plant import PlantWatch
from controller.cycle.returning import returning
from controller.decide.drift.reading import Cause
from controller.journal import event as ev
from controller.journal.event import Predicted
from controller.journal.state import Effect, State, Trial
from controller.journal.state_ops import DriftRecord, DriftState, Finished
from controller.model import Track
from controller.view.drift import document, drifted
from exporter.parameters import Values
from exporter.seconds import DAY, HOUR
from tests.controller.decide.drift.hours import WINDOW, noise, step, track
from tests.controller.world import BAD, BEGIN, World, configuration, worlds

KPIS = ("conversion", "latency")


def failed(number: int, at: float, outcome: str = "rolled_back", *, forced: bool = False) -> Finished:
    """Return a cycle that ended."""
    return Finished(number, at, outcome, "schedule", ("price",), forced)


def trial(at: float, predicted: float, measured: float) -> Trial:
    """Return a canary of whose primary KPI something was predicted within 0.01."""
    said = Predicted(
        kpi="conversion",
        effect=predicted,
        low=predicted - 0.01,
        high=predicted + 0.01,
        true_low=predicted - 0.008,
        true_high=predicted + 0.008,
    )
    base: Values = {"price": 1.0, "batch": 5}
    return Trial(
        at, base, {**base, "price": 1.1}, {"conversion": Effect(measured, 0.003)}, {"conversion": said}, "promoted"
    )


def roll_back(world: World, times: int) -> None:
    """Append cycles of the autopilot's own that were rolled back, an hour apart."""
    for _ in range(times):
        number = len(world.journal.read()) + 1
        world.now += HOUR
        world.journal.append(
            ev.CycleStarted(cycle=number, trigger="schedule"), at=world.now, expected=number - 1, actor="autopilot"
        )
        world.journal.append(
            ev.CycleEnded(cycle=number, outcome="rolled_back", reason="harm"),
            at=world.now,
            expected=number,
            actor="autopilot",
        )


def kinds(world: World) -> list[str]:
    """Return the kinds of all events."""
    return [event.payload.kind for event in world.journal.read()]


def test_three_failures_in_a_row_pause_for_two_days_then_it_goes_on_by_itself(world: World) -> None:
    roll_back(world, 3)
    autopilot = world.controller()
    world.request()
    for _ in range(20):
        world.step(autopilot)
    assert kinds(world).count("drift_detected") == 1
    pause = autopilot.state.pauses["drift"]
    assert pause.text == "drift: 3 canaries in a row failed; 3 are drift: whatever is tried now fails"
    assert pause.until == pytest.approx(pause.since + 48 * HOUR)
    assert autopilot.state.cycle is None  # what was requested waits
    assert autopilot.state.requested is not None
    world.now = pause.until or 0.0
    world.drive(autopilot, lambda state: state.cycle is not None)
    assert kinds(world).count("pause_ended") == 1
    assert kinds(world).count("drift_detected") == 1  # the same failures are no new reason
    (over,) = [event.payload for event in world.journal.read() if isinstance(event.payload, ev.PauseEnded)]
    assert over.reason.startswith("the pause for drift is over; it was for: 3 canaries in a row failed")


def test_growing_errors_are_told_and_nothing_follows_from_them(world: World) -> None:
    state = State(seq=1, trials=tuple(trial(BEGIN + day * DAY, 0.05, 0.05 + 0.001 * day) for day in range(12)))
    now = BEGIN + 11 * DAY
    shown = document(world.config, state, (), now)
    conversion, latency = shown["trends"]
    assert (conversion["kpi"], conversion["verdict"], conversion["count"]) == ("conversion", "warning", 12)
    assert conversion["per_day"] == pytest.approx(0.1)  # 0.001 a day of intervals that reach 0.01 to either side
    assert conversion["last"] == pytest.approx(1.1)
    assert (latency["verdict"], latency["per_day"]) == ("unknown", None)
    assert not drifted(shown)
    assert all(not one.drifted for one in readings(world.config, state, now))


def test_a_restart_in_a_pause_knows_it_and_tells_it_no_second_time(world: World) -> None:
    roll_back(world, 3)
    first = world.controller()
    world.drive(first, lambda state: "drift" in state.pauses)
    again = world.controller()
    for _ in range(5):
        world.step(again)
    assert again.state.pauses == first.state.pauses
    assert kinds(world).count("drift_detected") == 1


def test_the_second_pause_is_twice_as_long_and_strikes_are_forgotten(world: World) -> None:
    state = State(finished=tuple(failed(n, BEGIN + n) for n in (1, 2, 3)), values={"price": 1.0}, last_at=BEGIN)
    context = world_context(world, state, BEGIN + 10)
    first = drifting(context)
    assert first is not None
    assert (first.strikes, first.until) == (1, context.now + 48 * HOUR)
    later = BEGIN + 4 * DAY
    drift = DriftState((DriftRecord(BEGIN + 10, first),), 1, BEGIN + 10, BEGIN + 10 + 2 * DAY)
    new = (*state.finished, *(failed(n, later + n) for n in (4, 5, 6)))
    second = drifting(world_context(world, replace(state, drift=drift, finished=new), later + 10))
    assert second is not None
    assert (second.strikes, second.until) == (2, later + 10 + 96 * HOUR)
    calm = BEGIN + 40 * DAY
    new = (*state.finished, *(failed(n, calm + n) for n in (4, 5, 6)))
    third = drifting(world_context(world, replace(state, drift=drift, finished=new), calm + 10))
    assert third is not None
    assert third.strikes == 1


def test_what_led_to_a_pause_counts_once_however_much_drift_is_told_after_it(world: World) -> None:
    state = State(finished=tuple(failed(n, BEGIN + n) for n in (1, 2, 3)), values={"price": 1.0}, last_at=BEGIN)
    watched = ev.DriftDetected(cause="plant", action="watch", reason="moved", value=1.5, threshold=1.0, kpi="latency")
    records = tuple(DriftRecord(BEGIN + 10 + n * HOUR, watched) for n in range(50))
    drift = DriftState(records, 1, paused_at=BEGIN + 10, returned_at=BEGIN + 10 + 2 * DAY)
    assert drifting(world_context(world, replace(state, drift=drift), BEGIN + 3 * DAY)) is None


def world_context(world: World, state: State, now: float, **drift: object) -> Context:
    """Return a context of this state."""
    config = configuration(drift=drift) if drift else world.config
    autopilot = world.controller()
    return Context(config, autopilot.ports, state, now)


def test_what_an_operator_forced_decided_or_aborted_is_no_failure_of_the_autopilot(world: World) -> None:
    own = [failed(n, BEGIN + n) for n in (1, 2)]
    for theirs in (
        failed(3, BEGIN + 3, forced=True),
        failed(3, BEGIN + 3)._replace(ordered=True),
        failed(3, BEGIN + 3, "aborted"),
    ):
        assert drifting(world_context(world, State(finished=(*own, theirs)), BEGIN + 10)) is None


def test_an_operators_rejection_is_marked_as_his(world: World) -> None:
    autopilot = world.controller()
    world.request()
    world.drive(autopilot, lambda state: state.cycle is not None and state.cycle.canary is not None)
    world.submit(ev.CanaryRejected(canary="cycle-1", reason="no"))
    world.drive(autopilot, lambda state: state.cycle is None and state.cycles == 1)
    (one,) = autopilot.state.finished
    assert (one.outcome, one.ordered) == ("rolled_back", True)


def test_watch_tells_without_a_pause_and_off_tells_nothing(world: World) -> None:
    state = State(finished=tuple(failed(n, BEGIN + n) for n in (1, 2, 3)))
    rollbacks = {"action": "off"}
    told = drifting(world_context(world, state, BEGIN + 10, failures={"action": "watch"}, rollbacks=rollbacks))
    assert told is not None
    assert (told.action, told.until, told.strikes) == ("watch", None, 0)
    record = DriftState((DriftRecord(BEGIN + 10, told),))
    again = replace(state, drift=record)
    assert drifting(world_context(world, again, BEGIN + 11, failures={"action": "watch"}, rollbacks=rollbacks)) is None
    for off in ({"failures": {"action": "off"}, "rollbacks": rollbacks}, {"enabled": False}):
        assert drifting(world_context(world, state, BEGIN + 10, **off)) is None


def test_an_emergency_and_a_clock_that_went_back_tell_nothing(world: World) -> None:
    state = State(finished=tuple(failed(n, BEGIN + n) for n in (1, 2, 3)), last_at=BEGIN + 20)
    assert drifting(world_context(world, state, BEGIN + 10)) is None
    world.submit(ev.EmergencyPauseRequested(reason="stop"))
    roll_back(world, 3)
    autopilot = world.controller()
    for _ in range(5):
        world.step(autopilot)
    assert "drift_detected" not in kinds(world)


def test_wrong_predictions_are_found_by_their_intervals(world: World) -> None:
    good = tuple(trial(BEGIN + n * HOUR, 0.02, 0.021) for n in range(20))
    bad = tuple(trial(BEGIN + n * HOUR, 0.02, -0.03) for n in range(20))
    now = BEGIN + 20 * HOUR
    assert drifting(world_context(world, State(trials=good), now)) is None
    found = drifting(world_context(world, State(trials=bad), now))
    assert found is not None
    assert (found.cause, found.action) == ("coverage", "pause")
    by_cause = {reading.cause for reading in readings(world.config, State(trials=bad), now)}
    assert by_cause == {Cause.PREDICTION, Cause.COVERAGE, Cause.ROLLBACKS, Cause.FAILURES}


def test_an_operators_pause_ends_at_its_time_and_not_before(world: World) -> None:
    autopilot = world.controller()
    world.submit(ev.PauseRequested(reason="release", until=world.now + 100))
    world.request()
    world.step(autopilot)
    assert autopilot.state.cycle is None
    world.now += 90
    world.step(autopilot)
    assert autopilot.state.paused == "paused by ann: release"
    world.now += 10
    world.drive(autopilot, lambda state: state.cycle is not None)
    assert [event.payload.reason for event in world.journal.read() if isinstance(event.payload, ev.PauseEnded)] == [
        "the pause by ann is over; it was for: release"
    ]


def test_a_pause_without_an_end_does_not_end(world: World) -> None:
    autopilot = world.controller()
    world.submit(ev.PauseRequested(reason="for good"))
    autopilot.step(world.now)
    assert pause_over(Context(world.config, autopilot.ports, autopilot.state, world.now + 1e9)) is None


def test_the_way_back_narrows_what_may_be_proposed_and_widens_while_all_is_well(world: World) -> None:
    roll_back(world, 3)
    autopilot = world.controller()
    world.drive(autopilot, lambda state: "drift" in state.pauses)
    assert returning(world.config, autopilot.state, world.now).over
    world.submit(ev.ResumeRequested(reason="looked"))
    world.step(autopilot)
    back = world.now
    shares = [returning(world.config, autopilot.state, back + days * DAY).fraction for days in (0.0, 4.0, 8.0)]
    assert shares == [0.25, 0.5, 1.0]
    again = replace(autopilot.state, finished=(*autopilot.state.finished, failed(9, back + 3 * DAY)))
    assert returning(world.config, again, back + 4 * DAY).fraction == 0.25
    off = configuration(drift={"enabled": False})
    assert returning(off, autopilot.state, back).over


def shifted_hours(at: float, size: float = -3.0) -> dict[str, Track]:
    """Return hours up to `at`, in the last 30 of which the conversion is lower."""
    begin = math.floor(at / HOUR) * HOUR - WINDOW * HOUR
    return {
        "conversion": track(1 + 0.01 * (noise(1) + step(WINDOW - 30, size)), begin),
        "latency": track(100 + noise(2), begin),
    }


def test_a_shift_of_a_level_is_told_once_and_makes_the_learner_doubt(world: World) -> None:
    autopilot = world.controller()
    world.evidence.past_hours = shifted_hours(world.now)
    for _ in range(10):
        world.step(autopilot)
    (record,) = autopilot.state.drift.records
    assert (record.found.cause, record.found.kpi, record.found.action) == ("plant", "conversion", "watch")
    assert record.found.began == pytest.approx(world.now - 30 * HOUR, abs=4 * HOUR)
    assert autopilot.state.paused is None
    assert len(world.evidence.asked_hours) == 1
    assert not autopilot.ports.plant.readings(autopilot.state, world.now)[0].drifted  # the new level is the usual one


def test_prometheus_is_asked_once_an_hour_and_its_failure_is_no_news(world: World) -> None:
    autopilot = world.controller()
    world.evidence.error = UnreachableError("http://127.0.0.1:1: cannot connect")
    for _ in range(10):
        world.step(autopilot)
    assert autopilot.state.drift.records == ()
    world.evidence.error = None
    told: list[float] = []
    watch = PlantWatch(world.config, world.evidence, lambda _readings, at: told.append(at))
    for minutes in range(0, 150, 10):
        watch.readings(State(), world.now + 60 * minutes)
    assert len(world.evidence.asked_hours) == 3
    assert all(at % HOUR == 0 for at in world.evidence.asked_hours)
    world.evidence.error = UnreachableError("away")
    watch.readings(State(drift=DriftState(changes=(BEGIN,))), world.now + 10 * HOUR)
    assert told == [
        world.now,
        world.now + HOUR,
        world.now + 2 * HOUR,
        world.now + 2 * HOUR,
    ]  # of the answer, not of now


def test_values_that_changed_are_remembered_as_a_reason(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.1)
    world.drive(autopilot, lambda state: state.cycles == 1 and state.cycle is None)
    assert autopilot.state.outcomes == {"promoted": 1}
    assert len(autopilot.state.drift.changes) == 1
    world.evidence.effects = dict(BAD)
    world.request(price=1.2)
    world.drive(autopilot, lambda state: state.cycles == 2 and state.cycle is None)
    assert len(autopilot.state.drift.changes) == 1


def test_the_learner_believes_less_after_a_shift_of_that_kpi_and_is_the_same_without_one(world: World) -> None:
    trials = tuple(trial(BEGIN + n * DAY, 0.02, 0.02) for n in range(6))
    state = State(trials=trials, values={"price": 1.0, "batch": 5})
    now = BEGIN + 6 * DAY

    def sureness(found: State) -> dict[str, float]:
        known = knowledge.learner(world.config, found, now, {})
        rows = known.space.rows([{"price": 1.0, "batch": 5}, {"price": 1.2, "batch": 5}])
        return {kpi: float(known.responses[kpi].effects(rows[0], rows[1:])[1][0]) for kpi in KPIS}

    def told(cause: ev.DriftCause, kpi: str, at: float) -> State:
        event = ev.DriftDetected(cause=cause, action="watch", reason="", value=1, threshold=1, kpi=kpi)
        return replace(state, drift=DriftState((DriftRecord(at, event),)))

    before = sureness(state)
    assert sureness(told("failures", "conversion", BEGIN + 3 * DAY)) == before
    assert sureness(told("plant", "conversion", now + DAY)) == before  # the future is not known yet
    late = sureness(told("plant", "conversion", now))
    assert 1.5 * before["conversion"] < late["conversion"] <= 2 * before["conversion"]
    assert late["latency"] == before["latency"]
    early = sureness(told("plant", "conversion", BEGIN + 3.5 * DAY))
    assert before["conversion"] < early["conversion"] < late["conversion"]
    assert np.isfinite(sureness(told("plant", "gone", now))["conversion"])


def test_two_levels_that_shift_at_once_are_one_pause(tmp_path: Path) -> None:
    for world in worlds(tmp_path, drift={"plant": {"action": "pause"}}):
        autopilot = world.controller()
        hours = shifted_hours(world.now)
        slow = replace(hours["conversion"], values=100 * hours["conversion"].values)
        world.evidence.past_hours = {**hours, "latency": slow}
        for _ in range(10):
            world.step(autopilot)
        first, second = (record.found for record in autopilot.state.drift.records)
        assert (first.kpi, first.action, first.strikes) == ("conversion", "pause", 1)
        assert (second.kpi, second.action, second.strikes) == ("latency", "watch", 1)
        assert autopilot.state.pauses["drift"].until == first.until
        world.now = first.until or 0.0
        for _ in range(10):
            world.step(autopilot)
        assert autopilot.state.pauses == {}


def test_a_refusal_on_the_way_back_says_that_there_is_little_room(tmp_path: Path) -> None:
    nothing = {"effect": 0.0, "sd": 1e-6}
    hopeless = {
        "price": {"low": 0.5, "high": 1.5, "default": 1.0, "step": 0.1, "prior": nothing},
        "batch": {"kind": "int", "low": 1, "high": 9, "default": 5, "step": 2, "prior": nothing},
    }
    for world in worlds(tmp_path, parameters=hopeless):
        roll_back(world, 3)
        autopilot = world.controller()
        world.drive(autopilot, lambda state: "drift" in state.pauses)
        world.submit(ev.ResumeRequested(reason="looked"))
        world.request()
        state = world.drive(autopilot, lambda state: len(state.finished) == 4)
        assert state.last_outcome == "refused"
        assert state.last_reason.endswith("; on the way back from a pause for drift, proposals have 25% of their room")
