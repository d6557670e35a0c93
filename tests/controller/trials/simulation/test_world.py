"""The world books every hour, keeps what is in force inside its bounds, and plays the same run for the same seed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.model import Verdict
from controller.trials.simulation.faults import preset
from controller.trials.simulation.proposers import proposer
from controller.trials.simulation.task import Box, Idea, Values
from controller.trials.simulation.world import Setting, World, task
from tests.controller.trials.simulation.plant_of_tests import BOUNDS, anywhere, bowl, line, says, up

DAY = Setting(days=1, canaries_per_day=1, canary_hours=2)


@pytest.mark.parametrize("level", ["effect", "series"])
def test_whoever_changes_nothing_has_regret_1_and_no_canary(level: str) -> None:
    setting = Setting(days=5, level="series" if level == "series" else "effect")
    found = World(bowl(), proposer("static"), setting, 3).run()
    assert found.regret == 1.0
    assert (found.canaries, found.promotions, found.rollbacks, found.unsafe_hours) == (0, 0, 0, 0.0)
    assert found.coverage95 is None
    assert found.prediction_error_p50 is None


def test_regret_is_that_of_every_arm_over_its_hours() -> None:
    """2 h with a fifth of the units at 0.1, then 22 h with all of them: 1.6 + 0.36 + 19.8 of 24."""
    world = World(line(), says(up), DAY, 0)
    found = world.run()
    assert found.promotions == 1
    assert world.values == {"x": 0.1}
    assert found.regret == pytest.approx((2 * 0.8 * 1.0 + 2 * 0.2 * 0.9 + 22 * 0.9) / 24)


def test_a_change_that_crosses_the_limit_is_rolled_back_and_its_hours_count_by_their_share() -> None:
    """The line may rise to 0.5: steps of 0.15 are promoted three times, and from then on tried in vain at 0.6."""
    setting = Setting(days=4, canaries_per_day=2, canary_hours=1, max_step=0.15, bounds=None)
    found = World(line(), says(up), setting, 0).run()
    assert (found.canaries, found.promotions, found.rollbacks) == (8, 3, 5)
    assert (found.unsafe_canaries, found.unsafe_promotions) == (5, 0)
    assert found.unsafe_canary_hours == pytest.approx(5 * 0.2)
    assert found.unsafe_live_hours == 0.0


def test_values_in_force_that_become_unsafe_count_in_full() -> None:
    """Load 0.3 a day more: unsafe on the last two of four days, whatever is tried."""
    found = World(line(rise=0.3), proposer("static"), Setting(days=4, canaries_per_day=1), 0).run()
    assert found.unsafe_live_hours == 48.0
    assert (found.unsafe_canary_hours, found.unsafe_hours) == (0.0, 48.0)


def test_values_in_force_that_are_unsafe_during_a_canary_count_by_the_other_share() -> None:
    found = World(line(rise=0.6), says(up), Setting(days=2, canaries_per_day=1, canary_hours=2), 0).run()
    assert found.promotions == 1  # on the first day
    assert found.unsafe_live_hours == pytest.approx(0.8 * 2 + 22)
    assert found.unsafe_canary_hours == pytest.approx(0.2 * 2)


def test_the_same_seed_gives_the_same_run_and_another_one_another() -> None:
    first, again, other = (World(bowl(), says(anywhere), Setting(days=10), seed).run() for seed in (1, 1, 2))
    assert first == again
    assert first.regret != other.regret


def test_measurement_errors_do_not_depend_on_how_sliding_bounds_move() -> None:
    """Without a contraction, sliding bounds that begin at the hard ones change nothing."""
    slides = World(bowl(), says(up), Setting(days=1), 5)
    stands = World(bowl(), says(up), Setting(days=1, bounds=None), 5)
    assert slides.run() == stands.run()
    assert slides.tally.happened == stands.tally.happened


def test_a_verdict_is_on_the_levels_and_effects_that_were_measured() -> None:
    world = World(bowl(), says(anywhere), Setting(days=30), 0)
    world.run()
    trials = [one.trial for one in world.tally.happened if one.trial is not None]
    errors = [
        (trial.effects["value"].mean - one.true_gain) / 0.1
        for one, trial in zip(world.tally.happened, trials, strict=True)
    ]
    assert abs(float(np.mean(errors))) < 4 / math.sqrt(60)
    assert float(np.std(errors)) == pytest.approx(1.0, abs=4 / math.sqrt(120))


def test_a_proposer_is_told_no_truth() -> None:
    told = task(bowl(), Setting())
    assert (told.bounds, told.primary, told.limits) == (BOUNDS, "value", {"load": 2.4})
    assert told.level_se == pytest.approx(told.canary_se / 3)
    assert not hasattr(told, "response")


NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.none(),
    st.text(max_size=3),
    st.integers(min_value=-(10**400), max_value=10**400),
)


@given(
    st.lists(
        st.one_of(st.none(), st.dictionaries(st.sampled_from(["a", "b", "c", "nobody"]), NUMBERS)),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_is_proposed_the_values_stay_in_their_bounds_and_one_step_from_the_last(
    answers: list[Values | None],
) -> None:
    left = list(answers)

    def hostile(values: Values, box: Box, rng: np.random.Generator) -> Idea | None:  # noqa: ARG001
        for name in list(box):
            if isinstance(box, dict):
                box[name] = (-math.inf, math.inf)  # its own copy
        found = left.pop() if left else None
        return None if found is None else Idea(found)

    world = World(bowl(1e-3), says(hostile), Setting(days=2, canaries_per_day=4, faults=preset("many")), 0)
    world.run()
    before = bowl().start
    for one in world.tally.happened:
        if one.trial is None:
            continue
        assert one.trial.base == before
        for name, (low, high) in BOUNDS.items():
            assert low <= one.trial.tried[name] <= high
            assert abs(one.trial.tried[name] - before[name]) <= 0.1 * (high - low) * (1 + 1e-12)
        before = one.trial.tried if one.trial.verdict is Verdict.PROCEED else before
    assert world.values == before
