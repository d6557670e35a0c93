"""Evidence: the scrape grid, counters' increments, arms, and one end-to-end check on a real Prometheus."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.adapters.answer import Answer, Content, PartialError, Series, UnreachableError
from controller.adapters.evidence import PrometheusEvidence, counter_arms, gauge_arms, grid, increments, inside
from controller.adapters.prometheus import Prometheus
from controller.adapters.session import Connection
from controller.config.config import Config
from controller.model import Floats, Window
from tests.controller.adapters.server import serving, success
from tests.controller.config.test_config import settings
from tests.prometheus import running_prometheus

NAN = math.nan
STEP = 15.0
T0 = 1_699_999_200.0  # a multiple of the step
COUNT = 400  # points of history and of canary


def _series(values: list[float], times: list[float] | None = None, **labels: str) -> Series:
    at = times if times is not None else [STEP * i for i in range(len(values))]
    return Series(labels, np.array(at), np.array(values))


def _times(count: int) -> Floats:
    return np.array([STEP * i for i in range(count)])


# --- the grid


@given(st.integers(0, 10**8), st.integers(0, 5000), st.sampled_from([0.1, 0.5, 1.0, 15.0, 60.0]))
def test_the_grid_holds_every_multiple_of_the_step_from_start_to_end(first: int, count: int, step: float) -> None:
    times = grid(first * step, (first + count) * step, step)
    assert times.size == count + 1
    assert np.allclose(times / step, np.arange(first, first + count + 1))


def test_the_grid_begins_and_ends_inside() -> None:
    assert grid(7.0, 50.0, 15.0).tolist() == [15.0, 30.0, 45.0]
    assert grid(7.0, 14.0, 15.0).size == 0
    assert grid(50.0, 7.0, 15.0).size == 0


def test_points_count_inside_the_windows_less_their_warm_up() -> None:
    times = np.arange(0, 100, 10.0)
    windows = (Window(10, 40), Window(60, 70))
    assert times[inside(times, windows, after=0) > 0].tolist() == [10, 20, 30, 40, 60, 70]
    assert times[inside(times, windows, after=15) > 0].tolist() == [30, 40]
    assert times[inside(times, windows, after=-10, before=10) > 0].tolist() == [0, 10, 20, 30, 40, 50, 60, 70, 80]
    assert not inside(times, (), after=0).any()


# --- counters


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50), st.sets(st.integers(1, 49)))
def test_increments_are_what_was_counted_whatever_resets_there_were(steps: list[int], resets: set[int]) -> None:
    """A restart is seen when the counter falls; one that has already counted past its old value is not."""
    counter, value = [], 1_000_000.0
    for i, step in enumerate(steps):
        value = float(step) if i in resets and step < value else value + step
        counter.append(value)
    found = increments(np.array(counter))
    assert math.isnan(found[0])
    for i in range(1, len(steps)):
        assert found[i] == steps[i]


def test_a_gap_costs_the_increments_on_both_sides_of_it() -> None:
    assert np.array_equal(increments(np.array([1.0, NAN, 3.0, 5.0])), [NAN, NAN, NAN, 2.0], equal_nan=True)


def _counters(**parts: list[float]) -> Answer:
    """Return counters by arm, part and instance, named like `canary_events_1`."""
    series = []
    for name, values in parts.items():
        arm, part, instance = name.split("_")
        series.append(_series(values, variant=arm, part=part, instance=instance))
    return Answer(tuple(series))


def _counted(answer: Answer, count: int = 4) -> dict[str, tuple[list[float], list[float]]]:
    arms = counter_arms(answer, _times(count))
    return {name: (arm.values.tolist(), arm.weights.tolist()) for name, arm in arms.items()}


def test_a_counter_arm_is_events_over_trials_summed_over_instances() -> None:
    found = _counted(
        _counters(
            canary_events_1=[0, 1, 2, 2],
            canary_trials_1=[0, 2, 4, 6],
            canary_events_2=[0, 3, 6, 6],
            canary_trials_2=[0, 6, 6, 6],
        )
    )
    values, weights = found["canary"]
    assert math.isnan(values[0])
    assert values[1:] == [4 / 8, 4 / 2, 0.0]  # three events of instance 2 came without trials: what was counted counts
    assert weights == [0, 8, 2, 2]


def test_a_restarted_instance_counts_from_zero() -> None:
    values, weights = _counted(_counters(canary_events_1=[90, 95, 1, 3], canary_trials_1=[100, 110, 4, 8]))["canary"]
    assert values[1:] == [0.5, 0.25, 0.5]
    assert weights == [0, 10, 4, 4]


def test_a_point_without_trials_has_no_weight_and_is_no_gap() -> None:
    values, weights = _counted(_counters(canary_events_1=[5, 5, 5, 6], canary_trials_1=[9, 9, 9, 11]))["canary"]
    assert values[1:] == [0, 0, 0.5]
    assert weights == [0, 0, 0, 2]


def test_a_gap_in_one_of_two_instances_leaves_the_other() -> None:
    values, weights = _counted(
        _counters(
            canary_events_1=[0, 1, 2, 3],
            canary_trials_1=[0, 2, 4, 6],
            canary_events_2=[0, NAN, NAN, 9],
            canary_trials_2=[0, NAN, NAN, 9],
        )
    )["canary"]
    assert values[1:] == [0.5, 0.5, 0.5]
    assert weights == [0, 2, 2, 2]


def test_a_gap_in_all_instances_is_a_gap() -> None:
    values, weights = _counted(_counters(canary_events_1=[0, NAN, 2, 3], canary_trials_1=[0, NAN, 4, 6]))["canary"]
    assert [math.isnan(value) for value in values] == [True, True, True, False]
    assert weights == [0, 0, 0, 2]


def test_events_that_never_happened_are_zero_and_trials_that_never_were_are_no_arm() -> None:
    found = _counted(_counters(canary_trials_1=[0, 2, 4, 6], control_events_1=[0, 1, 2, 3]))
    assert found["canary"][0][1:] == [0, 0, 0]
    assert "control" not in found


def test_a_gauge_arm_has_gaps_where_it_is_missing_not_a_number_or_infinite() -> None:
    answer = Answer((_series([1, NAN, math.inf, -math.inf, 5], [0, 15, 30, 45, 75], variant="canary"),))
    arm = gauge_arms(answer, _times(6))["canary"]
    assert np.array_equal(arm.values, [1, NAN, NAN, NAN, NAN, 5], equal_nan=True)
    assert arm.weights.tolist() == [1, 0, 0, 0, 0, 1]


def test_samples_beside_the_grid_are_left_out() -> None:
    answer = Answer((_series([1, 2, 3], [0.0004, 14, 30.0009], variant="canary"),))
    arm = gauge_arms(answer, _times(3))["canary"]
    assert np.array_equal(arm.values, [1, NAN, 3], equal_nan=True)


# --- on a real Prometheus


def _config(**canary: Any) -> Config:
    return Config.model_validate(
        settings(
            prometheus={"url": "http://unused", "selector": {"job": "shop"}},
            kpis={"primary": "conversion", "guardrails": ["stock", "delay"]},
            metrics=[
                {
                    "name": "conversion",
                    "direction": "higher",
                    "margin": 0.1,
                    "events": {"metric": "visits_total", "labels": {"sold": "yes"}},
                    "trials": {"metric": "visits_total"},
                },
                {
                    "name": "stock",
                    "direction": "higher",
                    "margin": 0.1,
                    "gauge": {"metric": "stock"},
                    "comparison": ["baseline"],
                },
                {"name": "delay", "direction": "lower", "margin": 0.1, "mean_of": {"metric": "delay_seconds"}},
            ],
            canary={"warmup": "30s", "history": COUNT * STEP, "minimum_history": 50, **canary},
        )
    )


SALES = {"canary": 7, "baseline": 5, "control": 5}
"""Sales of ten visits a scrape, per arm, once the canary began; five each before."""


def _samples() -> str:
    """Return OpenMetrics: the canary begins at T0; one scrape is missing, and one instance restarts."""
    lines: dict[str, list[str]] = {"visits": [], "stock": [], "delay_seconds": []}
    began, missing, restart = COUNT, COUNT + 50, COUNT + 100
    for arm, sales in SALES.items():
        for sold in ("yes", "no"):
            value = 0
            for i in range(2 * COUNT):
                share = sales if i > began else 5
                value = (0 if i == restart else value) + (share if sold == "yes" else 10 - share)
                if i != missing:
                    at = T0 + STEP * (i - COUNT)
                    labels = f'job="shop",instance="a",variant="{arm}",sold="{sold}"'
                    lines["visits"].append(f"visits_total{{{labels}}} {value} {at}\n")
                elif sold == "yes":
                    continue
        for i in range(2 * COUNT):
            at, level = T0 + STEP * (i - COUNT), {"canary": 3 + (i > began), "baseline": 3, "control": 99}[arm]
            lines["stock"].append(f'stock{{job="shop",instance="a",variant="{arm}"}} {level} {at}\n')
            lines["stock"].append(f'stock{{job="other",instance="a",variant="{arm}"}} -1000 {at}\n')
    kinds = {"visits": "counter", "stock": "gauge", "delay_seconds": "gauge"}
    return "".join(f"# TYPE {name} {kinds[name]}\n" + "".join(found) for name, found in lines.items() if found)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_prometheus(tmp_path_factory.mktemp("prometheus"), _samples()) as url:
        yield url


@pytest.mark.stack
def test_a_canary_is_read_from_a_real_prometheus_with_the_effect_that_it_has(address: str) -> None:
    now = T0 + STEP * 200 + 1
    with Prometheus(Connection(address)) as client:
        evidence = PrometheusEvidence(_config(), client)
        samples = {
            sample.evidence.judged.kpi.name: sample for sample in evidence.samples((Window(T0, now),), (), T0, now)
        }
        again = evidence.samples((Window(T0, now),), (), T0, now)
    sales, stock, delay = (samples[name].evidence for name in ("conversion", "stock", "delay"))
    assert np.average(sales.canary.difference, weights=sales.canary.weight) == pytest.approx(0.2)
    assert (sales.canary.mean(0), sales.canary.mean(1)) == pytest.approx((0.7, 0.5))
    assert sales.canary.weight.mean() == pytest.approx(10 * 20 / 30)
    assert stock.canary.trials is None
    assert sales.canary.times[0] == T0 + 45  # warm-up and one scrape
    assert sales.canary.expected == 197
    assert sales.history.difference.tolist() == [0.0] * (COUNT - 1)
    assert (stock.canary.difference.mean(), stock.canary.count) == (1.0, 197)
    assert (stock.canary.mean(1), stock.history.count) == (3.0, COUNT)
    assert (delay.canary.count, delay.canary.expected) == (0, 197)
    assert [sample.digest for sample in again] == [sample.digest for sample in samples.values()]
    assert 'job="shop"' in samples["conversion"].query


@pytest.mark.stack
def test_earlier_canaries_are_left_out_of_the_history_with_their_wake(address: str) -> None:
    earlier = Window(T0 - 100 * STEP, T0 - 50 * STEP)
    with Prometheus(Connection(address)) as client:
        found = PrometheusEvidence(_config(), client).samples((), (earlier,), T0, T0 + 1)[1].evidence.history
    assert found.count == COUNT - (50 + 1 + 1 + 3)  # both ends, one before, and 45 s after
    assert not np.any((found.times >= earlier.start - STEP) & (found.times <= earlier.end + 45))


@pytest.mark.stack
def test_levels_say_what_was_found_where_there_is_no_number(address: str) -> None:
    with Prometheus(Connection(address)) as client:
        found = {level.kpi: level for level in PrometheusEvidence(_config(), client).levels(T0, 600)}
    assert found["conversion"].content == Content.NUMBER
    assert found["conversion"].value == pytest.approx(0.5)
    assert (found["delay"].content, found["delay"].value) == (Content.EMPTY, None)


@pytest.mark.stack
def test_no_alert_fires_where_there_are_none(address: str) -> None:
    with Prometheus(Connection(address)) as client:
        assert PrometheusEvidence(_config(), client).firing(T0) == ()


# --- what goes wrong


def test_an_answer_that_may_lack_data_is_no_evidence() -> None:
    with serving(success([], "matrix", ("shard 3 is missing",))) as server:
        client = Prometheus(Connection(f"http://127.0.0.1:{server.port}"))
        with client, pytest.raises(PartialError, match=r"conversion: .*shard 3 is missing"):
            PrometheusEvidence(_config(), client).samples((), (), T0, T0 + 60)


def test_an_unreachable_prometheus_is_told_as_that() -> None:
    with Prometheus(Connection("http://127.0.0.1:9", retries=0)) as client:
        evidence = PrometheusEvidence(_config(), client)
        for ask in (lambda: evidence.levels(T0, 60), lambda: evidence.firing(T0)):
            with pytest.raises(UnreachableError):
                ask()


def test_the_history_of_a_canary_is_read_once_and_each_look_is_one_query_per_kpi() -> None:
    with serving(success([], "matrix")) as server, Prometheus(Connection(f"http://127.0.0.1:{server.port}")) as client:
        evidence = PrometheusEvidence(_config(), client)
        evidence.samples((), (), T0, T0 + 60)
        assert len(server.requests) == 6
        evidence.samples((), (), T0, T0 + 120)
        assert len(server.requests) == 9
        evidence.samples((), (), T0 + 600, T0 + 660)
        assert len(server.requests) == 15


def test_firing_alerts_are_named_once_and_asked_for_by_the_configured_labels() -> None:
    alerts = [{"metric": {"alertname": name, "instance": str(i)}, "value": [1, "1"]} for i, name in enumerate("BAB")]
    with serving(success(alerts)) as server, Prometheus(Connection(f"http://127.0.0.1:{server.port}")) as client:
        assert PrometheusEvidence(_config(), client).firing(T0) == ("A", "B")
        ((_, _, form),) = server.requests
    assert form["query"] == ['ALERTS{alertstate="firing",severity="critical"}']


@pytest.mark.stack
def test_the_course_of_the_control_arm_is_read_from_a_real_prometheus(address: str) -> None:
    at, window = T0 + STEP * 180, STEP * 300
    with Prometheus(Connection(address)) as client:
        courses = PrometheusEvidence(_config(), client).courses(at, window)
    assert [course.kpi for course in courses] == ["conversion", "stock", "delay"]
    sales, stock, delay = (course.window for course in courses)
    assert (sales.start, sales.end, sales.step, sales.expected) == (at - window, at, 5 * STEP, 60)
    assert sales.times.size == 60
    assert sales.times[-1] == at
    assert sales.values == pytest.approx(np.full(60, 0.5), abs=0.02)
    assert stock.values.tolist() == [99.0] * 60
    assert delay.times.size == 0
    assert all(course.past.expected == 0 for course in courses)  # too short a window for hours of the day
