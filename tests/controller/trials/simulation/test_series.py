"""Canaries at series level: as precise as at effect level when they are full, and decided by the real verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from controller.decide import canary as looks
from controller.decide.policy import Policy
from controller.decide.sequence import evidence, judge
from controller.model import Verdict
from controller.trials.simulation.measuring import Canary, EffectMeasurer, Measurer
from controller.trials.simulation.noise import Noise
from controller.trials.simulation.series import SeriesMeasurer
from controller.trials.simulation.setting import Setting
from controller.trials.simulation.world import World
from tests.controller.decide.series import at_least, at_most
from tests.controller.trials.simulation.plant_of_tests import anywhere, bowl, says

SE = 0.1
POLICY = Policy()


def _series(seed: int) -> SeriesMeasurer:
    return SeriesMeasurer(bowl(SE), POLICY, np.random.default_rng(seed))


def _canary(gain: float, load: float, room: float, part: float = 1.0) -> Canary:
    """Return one with effects and room in standard errors of a full canary."""
    now = {"value": 5.0, "load": 1.0}
    return Canary(now, {"value": 5.0 + gain * SE, "load": 1.0 + load * SE}, {"load": room * SE}, part)


def test_a_full_canary_measures_effects_with_the_standard_error_of_the_plant() -> None:
    """160 effects: their deviation is known to 5.6 %, their mean to 0.08 SE; four of these are allowed."""
    measurer = _series(0)
    errors, said = [], []
    for _ in range(80):
        case = measurer.case(_canary(2.0, 1.0, 9.0), POLICY.planned)
        for kpi, truth in zip(looks.judge(evidence(case), POLICY).kpis, (2.0, 1.0), strict=True):
            errors.append(kpi.effect / SE - truth)
            said.append(kpi.standard_error / SE)
    assert float(np.std(errors)) == pytest.approx(1.0, rel=4 / math.sqrt(2 * len(errors)))
    assert abs(float(np.mean(errors))) < 4 / math.sqrt(len(errors))
    assert 1.0 <= float(np.mean(said)) <= 1.15  # the verdict's own, which leans to caution


@pytest.mark.parametrize("seed", range(6))
def test_verdict_effects_and_hours_are_those_of_the_point_that_decided(seed: int) -> None:
    canary = _canary(3.0, 0.5, 3.0)
    found = _series(seed).measure(canary)
    case = _series(seed).case(canary, POLICY.planned)
    outcome = judge(case, POLICY)
    assert outcome.decided_at is not None
    assert found.verdict is outcome.verdict
    assert found.lasted == (outcome.decided_at + 1) / POLICY.planned
    for metric in outcome.metrics:
        assert found.effects[metric.name].mean == pytest.approx(metric.estimate, abs=1e-9)


def test_a_clear_harm_ends_a_canary_early_and_its_effect_is_less_certain() -> None:
    found = _series(0).measure(_canary(-12.0, 0.0, 9.0))
    assert found.verdict is Verdict.ROLLBACK
    assert found.lasted < 0.3
    assert found.effects["value"].se > 1.5 * SE
    assert found.effects["value"].mean == pytest.approx(-12 * SE, abs=4 * found.effects["value"].se)


def test_a_canary_that_is_cut_short_is_inconclusive_and_less_certain() -> None:
    found = _series(1).measure(_canary(0.5, 0.0, 9.0, part=0.25))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.lasted == 0.25
    assert found.effects["value"].se == pytest.approx(2 * SE, rel=0.25)
    assert "cut short" in found.reason


def test_without_headroom_only_what_betters_the_guardrail_is_promoted() -> None:
    worse, better = _canary(9.0, 1.0, -1.0), _canary(9.0, -6.0, -1.0)
    assert all(_series(seed).measure(worse).verdict is not Verdict.PROCEED for seed in range(5))
    assert all(_series(seed).measure(better).verdict is Verdict.PROCEED for seed in range(5))


def test_a_guardrail_may_cost_what_is_left_to_its_limit() -> None:
    """Harm of 4 errors is proven, but 12 are left."""
    assert all(_series(seed).measure(_canary(9.0, 4.0, 12.0)).verdict is Verdict.PROCEED for seed in range(5))
    assert all(_series(seed).measure(_canary(9.0, 8.0, 0.0)).verdict is Verdict.ROLLBACK for seed in range(5))


@dataclass(frozen=True)
class Clear:
    """A change whose verdict is the same at both levels but for a small chance."""

    canary: Canary
    verdict: Verdict
    share: float


@pytest.mark.parametrize(
    "clear",
    [
        Clear(_canary(6.0, 0.0, 6.0), Verdict.PROCEED, 0.98),
        Clear(_canary(-6.0, 0.0, 6.0), Verdict.ROLLBACK, 0.98),
        Clear(_canary(6.0, 7.0, 0.5), Verdict.ROLLBACK, 0.97),
        Clear(_canary(0.0, 0.0, 6.0), Verdict.INCONCLUSIVE, 0.93),
    ],
    ids=["benefit", "harm", "limit", "nothing"],
)
def test_both_levels_agree_where_a_change_is_clear(clear: Clear) -> None:
    """60 canaries each, against the share that the policy's chances leave; missed once in a thousand."""
    runs = 60
    effect: Measurer = EffectMeasurer(bowl(SE), POLICY, np.random.default_rng(5))
    for measurer in (effect, _series(5)):
        found = sum(measurer.measure(clear.canary).verdict is clear.verdict for _ in range(runs))
        assert found >= at_least(clear.share, runs)


def test_nothing_changed_is_seldom_promoted_or_rolled_back() -> None:
    runs = 100
    verdicts = [_series(seed).measure(_canary(0.0, 0.0, 0.0)).verdict for seed in range(runs)]
    assert sum(verdict is not Verdict.INCONCLUSIVE for verdict in verdicts) <= at_most(POLICY.alpha, runs)


def test_thirty_days_at_both_levels_are_alike() -> None:
    """Four seeds of random steps: the real verdict looks often and so needs more for the same certainty."""
    figures = {}
    for level in ("effect", "series"):
        setting = Setting(level="series" if level == "series" else "effect")
        figures[level] = [World(bowl(SE), says(anywhere), setting, seed).run() for seed in range(4)]
    effect, series = ([result.promotions for result in figures[level]] for level in ("effect", "series"))
    assert sum(effect) >= 12
    assert 0.5 * sum(effect) <= sum(series) <= 1.2 * sum(effect)
    assert all(result.unsafe_promotions == 0 for level in figures for result in figures[level])
    assert all(result.canaries == 60 for level in figures for result in figures[level])


def test_levels_of_half_a_day_are_measured_about_as_well_as_a_world_draws_them() -> None:
    """Half a day of the control arm, 2880 points, has 0.28 of a canary's error; a world draws 1/3."""
    noise = Noise(history=0)
    rng = np.random.default_rng(6)
    sd = 1 / Noise().error(POLICY.planned)
    means = [float(noise.arms(rng, 2880)[1].mean()) * sd for _ in range(400)]
    assert float(np.std(means)) == pytest.approx(0.28, rel=4 / math.sqrt(800))
