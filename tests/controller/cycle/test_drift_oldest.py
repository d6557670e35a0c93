"""What the monitors of predictions say does not hang on those that are too old to count: they are not looked at."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from controller.config.config import Config
from controller.cycle.drift import dated, readings
from controller.decide.drift import prediction
from controller.decide.drift.reading import Cause
from controller.journal.state import State
from exporter.seconds import DAY, HOUR
from tests.controller.cycle.test_drift import KPIS, trial
from tests.controller.world import BEGIN, configuration

CONFIGS = [
    configuration(drift={"prediction": {"known": 1, "least": 2}, "coverage": {"least": 2, "window": window}})
    for window in ("14d", "28d")
]


@given(
    config=st.sampled_from(CONFIGS),
    hours=st.lists(st.integers(0, 30 * 24), min_size=1, max_size=40),
    wrong=st.lists(st.booleans(), min_size=40, max_size=40),
    late=st.integers(0, 20 * 24),
)
@example(  # drift, for what left the window lasted
    config=CONFIGS[0], hours=[0, 0, 13 * 24, 13 * 24], wrong=[True] * 40, late=2 * 24
)
@example(config=CONFIGS[1], hours=[0, 0], wrong=[True] * 40, late=20 * 24)  # old, and still in the window
def test_all_predictions_of_all_time_would_say_the_same(
    config: Config, hours: list[int], wrong: list[bool], late: int
) -> None:
    measured = zip(sorted(hours), wrong, strict=False)
    state = State(trials=tuple(trial(BEGIN + at * HOUR, 0.03, 0.2 if bad else 0.031) for at, bad in measured))
    now = BEGIN + (max(hours) + late) * HOUR
    never = BEGIN - 1000 * DAY
    known, tests, policy = len(state.trials), len(config.judged) + 1, config.drift.policy
    whole = {kpi: dated(state, kpi) for kpi in (judged.kpi.name for judged in config.judged)}
    every = [pair for one in whole.values() for pair in one]
    expected = [
        *(prediction.error(k, p, policy.prediction, known=known, since=never, now=now) for k, p in whole.items()),
        prediction.coverage("", every, policy.coverage, tests=tests, since=never, now=now),
        *(prediction.coverage(k, p, policy.coverage, tests=tests, since=never, now=now) for k, p in whole.items()),
    ]
    assert set(whole) == set(KPIS)
    found = [one for one in readings(config, state, now) if one.cause in (Cause.PREDICTION, Cause.COVERAGE)]
    assert [(one.kpi, one.health, one.count, one.text) for one in found] == [
        (one.kpi, one.health, one.count, one.text) for one in expected
    ]
