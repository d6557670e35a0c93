"""What the journal teaches, and what a proposal is for."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from controller.config.config import Config
from controller.cycle import knowledge
from controller.decide.learner.learner import Learner
from controller.journal.fold import fold
from controller.journal.state import Effect, State, Trial
from exporter.parameters import Values
from tests.controller.config.test_choices import MODE
from tests.controller.world import (
    BAD,
    BEGIN,
    GOOD,
    SETTINGS,
    World,
    configuration,
)

DAY = 86400.0
BASE: Values = {"price": 1.0, "batch": 5}


def _config(**parameters: dict[str, Any]) -> Config:
    """Return the configuration with exactly these parameters."""
    found = configuration()
    sections = configuration(parameters=parameters).parameters
    return found.model_copy(update={"parameters": {name: sections[name] for name in parameters}})


def _trial(at: float, tried: Values, effect: float, base: Values = BASE) -> Trial:
    effects = {"conversion": Effect(effect, 0.002), "latency": Effect(0.0, 0.2)}
    return Trial(BEGIN + at * DAY, base, tried, effects, {}, "reverted")


def _learnt(trials: tuple[Trial, ...], config: Config | None = None, now: float = BEGIN + 10 * DAY) -> Learner:
    state = State(values=dict(BASE), trials=trials)
    return knowledge.learner(config or configuration(), state, now, {"latency": 5.0})


def _effect(found: Learner, tried: Values, base: Values = BASE, kpi: str = "conversion") -> tuple[float, float]:
    """Return mean and standard deviation of what is predicted."""
    before, after = found.space.rows([base, tried])
    mean, variance = found.responses[kpi].effects(before, after[None])
    return float(mean[0]), math.sqrt(variance[0])


# --- parameters and priors


def test_numbers_are_proposed_on_a_grid_finer_than_a_step_and_integers_whole() -> None:
    space = knowledge.space(configuration(parameters={"mode": MODE}))
    price, batch, mode = space.axes
    assert (price.low, price.high, price.quantum, price.whole) == (0.5, 1.5, 0.01, False)
    assert (batch.low, batch.high, batch.quantum, batch.whole) == (1.0, 9.0, 1.0, True)
    assert mode.choices == ("calm", "bold")


@pytest.mark.parametrize(("step", "quantum"), [(0.1, 0.01), (0.4, 0.1), (1.0, 0.1), (40.0, 10.0), (3e-5, 1e-6)])
def test_the_grid_is_a_power_of_ten_of_at_most_a_fourth_of_a_step(step: float, quantum: float) -> None:
    config = _config(price={**SETTINGS["parameters"]["price"], "low": -200, "high": 200, "step": step})
    (axis,) = knowledge.space(config).axes
    assert axis.quantum == pytest.approx(quantum)


def test_priors_are_per_half_width_in_the_kpis_unit() -> None:
    found = knowledge.priors(configuration(parameters={"mode": MODE}), {"latency": 5.0})
    conversion = found["conversion"]
    assert conversion.slope == pytest.approx([0.02 * 0.5 / 0.1, 0.0])  # half the bounds' width is 5 steps
    assert conversion.sd == pytest.approx([0.04 * 5, 0.01 * 2])
    assert conversion.switch == pytest.approx([0.01 / math.sqrt(2)] * 2)  # a switch is the difference of two
    assert found["latency"].slope.tolist() == [0.0, 0.0]
    assert found["latency"].sd == pytest.approx([0.5 * 5.0 * 5, 0.5 * 5.0 * 2])
    assert found["latency"].level_drift == 5.0


def test_better_is_turned_into_raw_units_for_a_kpi_that_is_better_lower() -> None:
    found = knowledge.priors(configuration(kpis={"primary": "latency", "guardrails": ["conversion"]}), {})
    assert found["latency"].slope[0] == pytest.approx(-0.02 * 5)  # the file says that it gets better
    spoken = {
        **SETTINGS["parameters"]["price"],
        "prior": {"sign": "up", "size": 0.01, "kpis": {"latency": {"sign": "down", "size": 2.0}}},
    }
    told = knowledge.priors(configuration(parameters={"price": spoken}), {})
    assert told["conversion"].slope[0] > 0
    assert told["latency"].slope[0] > 0  # worse is more


# --- trials


def test_trials_are_learnt_with_their_time_and_make_sure() -> None:
    none, once = _learnt(()), _learnt((_trial(0, {"price": 1.1, "batch": 5}, -0.05),))
    thrice = _learnt(tuple(_trial(day, {"price": 1.1, "batch": 5}, -0.05) for day in (0, 1, 2)))
    tried: Values = {"price": 1.1, "batch": 5}
    assert _effect(none, tried)[0] > 0
    assert _effect(once, tried)[0] == pytest.approx(-0.05, abs=0.01)
    assert _effect(none, tried)[1] > _effect(once, tried)[1] > _effect(thrice, tried)[1]
    assert _effect(_learnt((_trial(0, tried, -0.05),), now=BEGIN + 200 * DAY), tried)[1] > _effect(once, tried)[1]


def test_what_came_last_counts_most() -> None:
    tried: Values = {"price": 1.2, "batch": 5}
    early, late = _trial(0, tried, 0.05), _trial(60, tried, -0.05)
    now = BEGIN + 61 * DAY
    assert _effect(_learnt((early, late), now=now), tried)[0] < 0
    swapped = (_trial(0, tried, -0.05), _trial(60, tried, 0.05))
    assert _effect(_learnt(swapped, now=now), tried)[0] > 0


def test_a_trial_from_before_a_parameter_was_added_counts_with_its_default() -> None:
    config = configuration(parameters={"mode": MODE})
    found = _learnt((_trial(0, {"price": 1.1, "batch": 5}, -0.05),), config)
    assert found.responses["conversion"].measured == 1
    base: Values = {**BASE, "mode": "calm"}
    assert _effect(found, {**base, "price": 1.1}, base)[0] < 0
    assert _effect(found, {**base, "mode": "bold"}, base)[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("base", "tried", "measured"),
    [
        ({"price": 1.0, "batch": 5, "gone": 1.0}, {"price": 1.1, "batch": 5, "gone": 1.0}, 1),
        ({"price": 1.0, "batch": 5, "gone": 1.0}, {"price": 1.1, "batch": 5, "gone": 2.0}, 0),  # whose effect was it?
        ({"price": 1.0, "batch": 5, "gone": 1.0}, {"price": 1.0, "batch": 5, "gone": 2.0}, 0),
        ({"price": 1.0, "batch": 5, "gone": "a"}, {"price": 1.1, "batch": 5, "gone": "b"}, 0),
    ],
)
def test_a_trial_of_a_parameter_that_was_removed_is_left_out(base: Values, tried: Values, measured: int) -> None:
    found = _learnt((_trial(0, tried, 0.5, base),))
    model = found.responses["conversion"]
    assert (model.measured, model.calibration == 1.0) == (measured, measured == 0)


@pytest.mark.parametrize(
    ("base", "tried", "measured"),
    [("calm", "bold", 1), ("calm", "vanished", 0), ("vanished", "bold", 0), (3.0, "bold", 0), ("calm", "calm", 0)],
)
def test_a_trial_of_a_choice_that_is_none_any_more_is_left_out(base: Any, tried: Any, measured: int) -> None:
    config = configuration(parameters={"mode": MODE})
    found = _learnt((_trial(0, {**BASE, "mode": tried}, 0.5, {**BASE, "mode": base}),), config)
    assert found.responses["conversion"].measured == measured


def test_a_number_that_was_a_choice_is_left_out() -> None:
    assert _learnt((_trial(0, {"price": "high", "batch": 5}, 0.5),)).responses["conversion"].measured == 0


@pytest.mark.parametrize(
    "effect", [Effect(math.nan, 0.1), Effect(math.inf, 0.1), Effect(1.0, 0.0), Effect(1.0, math.nan)]
)
def test_effects_that_are_no_numbers_teach_nothing(effect: Effect) -> None:
    trial = replace(_trial(0, {"price": 1.1, "batch": 5}, 0.0), effects={"conversion": effect, "gone": Effect(1, 1)})
    assert _learnt((trial,)).responses["conversion"].measured == 0


def test_a_clock_that_is_behind_the_last_trial_loses_nothing() -> None:
    trials = tuple(_trial(day, {"price": 1.1, "batch": 5}, -0.05) for day in (0, 1))
    found = _learnt(trials, now=BEGIN - 5 * DAY)
    assert found.responses["conversion"].measured == 2


def test_after_a_restart_the_same_is_known_from_the_journal_alone(world: World) -> None:
    autopilot = world.controller()
    for effects in (GOOD, BAD, GOOD):
        world.evidence.effects = dict(effects)
        world.request()
        world.to_end(autopilot)
    again = fold(State(), world.read())
    assert again.trials == autopilot.state.trials
    assert len(again.trials) == 3
    tried = {**again.values, "price": 1.3}
    found = [
        _effect(knowledge.learner(world.config, state, world.now, {}), tried, dict(again.values))
        for state in (autopilot.state, again, world.controller().state)
    ]
    assert found[0] == found[1] == found[2]
