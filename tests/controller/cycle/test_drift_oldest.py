"""What the monitors of predictions say does not hang on those that are too old to count: they are not looked at."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from controller.cycle.drift import dated, readings
from controller.decide.drift import prediction
from controller.decide.drift.reading import Cause
from controller.journal.state import State
from exporter.seconds import DAY, HOUR
from tests.controller.cycle.test_drift import KPIS, trial
from tests.controller.world import BEGIN, configuration

CONFIG = configuration(drift={"prediction": {"known": 1, "least": 2}, "coverage": {"least": 2}})
POLICY = CONFIG.drift.policy


@given(
    hours=st.lists(st.integers(0, 30 * 24), min_size=1, max_size=40),
    wrong=st.lists(st.booleans(), min_size=40, max_size=40),
    late=st.integers(0, 20 * 24),
)
@example(hours=[0, 0, 13 * 24, 13 * 24], wrong=[True] * 40, late=2 * 24)  # drift, for what left the window lasted
def test_all_predictions_of_all_time_would_say_the_same(hours: list[int], wrong: list[bool], late: int) -> None:
    measured = zip(sorted(hours), wrong, strict=False)
    state = State(trials=tuple(trial(BEGIN + at * HOUR, 0.03, 0.2 if bad else 0.031) for at, bad in measured))
    now = BEGIN + (max(hours) + late) * HOUR
    never = BEGIN - 1000 * DAY
    known, tests = len(state.trials), len(CONFIG.judged) + 1
    whole = {kpi: dated(state, kpi) for kpi in (judged.kpi.name for judged in CONFIG.judged)}
    every = [pair for one in whole.values() for pair in one]
    expected = [
        *(prediction.error(k, p, POLICY.prediction, known=known, since=never, now=now) for k, p in whole.items()),
        prediction.coverage("", every, POLICY.coverage, tests=tests, since=never, now=now),
        *(prediction.coverage(k, p, POLICY.coverage, tests=tests, since=never, now=now) for k, p in whole.items()),
    ]
    assert set(whole) == set(KPIS)
    found = [one for one in readings(CONFIG, state, now) if one.cause in (Cause.PREDICTION, Cause.COVERAGE)]
    assert [(one.kpi, one.health, one.count, one.text) for one in found] == [
        (one.kpi, one.health, one.count, one.text) for one in expected
    ]
