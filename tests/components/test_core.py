"""A step of the service: counts agree, arms differ by their values, and it is cheap."""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray
from prometheus_client import CollectorRegistry

from components import outcomes
from components.core import FixedParameters, ServiceCore
from components.prometheus_reporter import PrometheusReporter
from exporter.parameters import LiveParameters, uniform
from exporter.reference import REFERENCE_PARAMETERS
from tests.components.support import total

START = 1_700_000_000.0
ARMS = ("canary", "baseline", "control")


class Switched(FixedParameters):
    """Parameters that a test changes by hand."""

    def __init__(self) -> None:
        super().__init__(REFERENCE_PARAMETERS.defaults(), START)

    def canary(self, **changed: float) -> None:
        plain = uniform(REFERENCE_PARAMETERS.defaults(), self.live.salt)
        arms = {**plain.arms, "canary": {**plain.arms["canary"], **changed}}
        self.live = LiveParameters(arms, plain.weights, plain.salt, canary="c1", expires_at=START + 1000.0)


def service(seed: int = 1, window: float = 1.0) -> tuple[ServiceCore, CollectorRegistry, Switched]:
    registry, parameters = CollectorRegistry(), Switched()
    reporter = PrometheusReporter(registry, REFERENCE_PARAMETERS.specs)
    core = ServiceCore(parameters, reporter, now=START, window=window, seed=seed, stopwatch=time.perf_counter)
    return core, registry, parameters


def test_gauges_hold_real_values_before_the_first_step() -> None:
    _core, registry, _ = service()
    for arm in ARMS:
        assert total(registry, "vvtv_selection_entropy_ratio", variant=arm) > 0.5
        assert total(registry, "vvtv_selections_total", variant=arm) == 0
    assert total(registry, "vvtv_parameter_file_loaded_timestamp_seconds") == START


def test_every_selection_is_timed_played_and_detected_once() -> None:
    core, registry, _ = service()
    steps = [core.step(START + i, 300) for i in range(1, 6)]
    for i, arm in enumerate(ARMS):
        plays = sum(step.plays[i] for step in steps)
        assert plays > 0
        for name in (
            "vvtv_selections_total",
            "vvtv_plays_total",
            "vvtv_selection_duration_seconds_count",
            "vvtv_hd_detection_duration_seconds_count",
        ):
            assert total(registry, name, variant=arm) == plays
        completed = sum(step.completed[i] for step in steps)
        assert total(registry, "vvtv_plays_total", variant=arm, completed="true") == completed
    assert sum(sum(step.plays) for step in steps) == 1500


def test_a_canary_changes_its_own_arm_only_and_falls_back_when_it_expires() -> None:
    core, registry, parameters = service()
    parameters.canary(temperature=0.2)

    def rates(first: int, seconds: int) -> list[float]:
        steps = [core.step(START + first + i, 600) for i in range(seconds)]
        return [sum(s.completed[i] for s in steps) / sum(s.plays[i] for s in steps) for i in range(3)]

    canary, baseline, control = rates(1, 60)
    # 7200 plays: a standard error of 0.006 each
    assert canary < baseline - 0.15
    assert control == pytest.approx(baseline, abs=0.03)
    low = total(registry, "vvtv_selection_entropy_ratio", variant="canary")
    assert low < total(registry, "vvtv_selection_entropy_ratio", variant="baseline") - 0.1
    canary, baseline, _ = rates(1001, 60)
    assert canary == pytest.approx(baseline, abs=0.03)
    assert total(registry, "vvtv_canary_expired") == 1.0
    assert total(registry, "vvtv_selection_entropy_ratio", variant="canary") > low + 0.1


def test_completion_is_what_the_surface_says_up_to_its_shocks() -> None:
    core, _, _ = service()
    steps = [core.step(START + 600 * i, 300) for i in range(1, 145)]  # a whole day: the hour averages out
    share = sum(sum(step.completed) for step in steps) / sum(sum(step.plays) for step in steps)
    assert share == pytest.approx(outcomes.completion(REFERENCE_PARAMETERS.defaults()), abs=0.02)


def test_a_few_slates_per_second_are_reviewed_whatever_the_traffic() -> None:
    for selections in (30, 600):
        core, _, _ = service()
        reviews = [slate for i in range(1, 401) for slate in core.step(START + i / 2, selections).reviews]
        assert len(reviews) == pytest.approx(600, abs=4 * 600**0.5)
        assert {slate.arm for slate in reviews} == set(ARMS)
        assert all(len(slate.videos) == 12 for slate in reviews)


def test_no_more_slates_are_reviewed_than_were_selected() -> None:
    core, _, _ = service()
    assert len(core.step(START + 3600, 5).reviews) == 5


def test_without_traffic_nothing_is_counted_and_the_last_diversity_stands() -> None:
    core, registry, _ = service()
    core.step(START + 1, 300)
    core.step(START + 2, 0)
    entropy = total(registry, "vvtv_selection_entropy_ratio", variant="canary")
    for i in range(3, 8):
        assert core.step(START + i, 0).plays == (0, 0, 0)
    assert total(registry, "vvtv_selection_entropy_ratio", variant="canary") == entropy
    assert total(registry, "vvtv_selections_total") == 300


def test_steps_of_a_second_are_statistically_the_same_as_live_ticks_of_50_ms() -> None:
    """History is made in steps of a second, and noise is estimated from it."""

    def seconds(ticks: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        core, registry, _ = service(seed)
        arrivals = np.random.default_rng(seed)
        found = []
        for second in range(300):
            steps = [
                core.step(START + second + tick / ticks, int(arrivals.poisson(300 / ticks))) for tick in range(ticks)
            ]
            plays = sum(step.plays[0] for step in steps)
            share = sum(step.completed[0] for step in steps) / plays
            entropy = total(registry, "vvtv_selection_entropy_ratio", variant="canary")
            found.append((share, entropy, total(registry, "vvtv_novelty_temporal_kld_nats", variant="canary")))
        share, entropy, kld = np.array(found[2:]).T
        return share, entropy, kld

    for stepped, live in zip(seconds(1, 8), seconds(20, 8), strict=True):
        # Of 298 values each: the sd's ratio has a standard error of 6 %; the means differ by shared wandering, too
        assert np.std(stepped) / np.std(live) == pytest.approx(1.0, abs=0.25)
        assert np.mean(stepped) == pytest.approx(float(np.mean(live)), abs=5 * float(np.std(live)) * (2 / 298) ** 0.5)


def test_the_same_seed_gives_the_same_day() -> None:
    one, same, other = ([service(seed)[0].step(START + 1, 300) for _ in range(2)] for seed in (3, 3, 4))
    assert one == same
    assert one != other


def test_a_clock_that_jumps_back_and_forth_is_survived() -> None:
    core, registry, _ = service()
    for now in (START + 1, START - 7200, START - 7199, START + 86_400 * 400):
        assert sum(core.step(now, 100).plays) == 100
    assert total(registry, "vvtv_selections_total") == 400


def test_windows_do_not_overlap() -> None:
    core, registry, _ = service(window=5.0)
    seen = []
    for i in range(1, 501):
        core.step(START + i * 0.1, 30)
        seen.append(total(registry, "vvtv_selection_entropy_ratio", variant="control"))
    changes = np.flatnonzero(np.diff(seen)) + 2
    assert (np.diff(changes) == 50).all()
    assert len(changes) >= 9
