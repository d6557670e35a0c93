"""Ranges are read in parts that join without a seam, on a real Prometheus; what goes wrong says so."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from controller.adapters import ranges
from controller.adapters.answer import PartialError, UnreachableError
from controller.adapters.evidence import PrometheusEvidence
from controller.adapters.prometheus import Prometheus
from controller.adapters.session import Connection
from controller.errors import ConfigError
from controller.model import Window
from controller.replay.record import Record
from exporter import names
from tests.controller.adapters.server import serving, success
from tests.controller.replay.ground import STEP, T0, TRIALS, config, openmetrics
from tests.prometheus import running_prometheus

COUNT = 300
WHOLE = Window(T0, T0 + COUNT * STEP)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    samples = openmetrics(T0, COUNT, 1, slice(0, 0))
    with running_prometheus(tmp_path_factory.mktemp("prometheus"), samples) as url:
        yield url


def _read(address: str, *exposures: Window, window: Window = WHOLE) -> tuple[Record, int]:
    told: list[int] = []
    with Prometheus(Connection(address)) as client:
        return ranges.read(client, config(), window, exposures, lambda: told.append(1)), len(told)


@pytest.mark.stack
def test_parts_join_without_a_seam(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, once = _read(address)
    monkeypatch.setattr(ranges, "PART", 37)
    parted, often = _read(address)
    assert (once, often) == (2, 2 * 9) == (2, ranges.queries(config(), WHOLE))
    for one, other in zip(whole.courses, parted.courses, strict=True):
        for arm, again in ((one.canary, other.canary), (one.comparison, other.comparison)):
            assert np.array_equal(arm.values, again.values, equal_nan=True)
            assert np.array_equal(arm.weights, again.weights)
    assert np.array_equal(whole.times, T0 + STEP * np.arange(COUNT + 1))


@pytest.mark.stack
def test_a_record_is_what_a_live_look_reads(address: str) -> None:
    start = T0 + 250 * STEP
    earlier = Window(T0 + 100 * STEP, T0 + 120 * STEP)
    found, _ = _read(address, earlier, window=Window(start - 200 * STEP, start - STEP))
    settings = config(history=200 * STEP, minimum_history=100)
    with Prometheus(Connection(address)) as client:
        samples = PrometheusEvidence(settings, client).samples((), (earlier,), start, start)
    for course, sample in zip(found.courses, samples, strict=True):
        ours, live = course.paired(found.times, found.same), sample.evidence.history
        both = np.isin(ours.times, live.times)
        assert both.sum() == live.count
        assert ours.count - live.count == (live.trials is not None)  # the point before gives a counter one more
        assert np.array_equal(ours.values[both], live.values)
    assert samples[0].evidence.history.count == 200 - 1 - (20 + 1 + 1 + 3)


@pytest.mark.stack
def test_points_of_a_canary_and_its_wake_are_marked(address: str) -> None:
    found, _ = _read(address, Window(T0 + 100 * STEP, T0 + 120 * STEP))
    assert np.flatnonzero(~found.same).tolist() == list(range(99, 124))
    assert found.courses[0].canary.weights[50] == TRIALS[names.CANARY]


@pytest.mark.stack
def test_arms_without_any_sample_are_named(address: str) -> None:
    found, _ = _read(address, window=Window(T0 - 100 * STEP, T0 - 50 * STEP))
    assert [course.absent for course in found.courses] == [("canary", "baseline", "control")] * 2
    assert all(np.isnan(course.canary.values).all() for course in found.courses)


def test_a_range_of_too_many_points_is_refused_before_anything_is_asked() -> None:
    with (
        Prometheus(Connection("http://127.0.0.1:9", retries=0)) as client,
        pytest.raises(ConfigError, match="choose a shorter range"),
    ):
        ranges.read(client, config(), Window(0.0, 1e9), ())


def test_what_may_lack_data_and_what_cannot_be_asked_is_no_record() -> None:
    with (
        serving(success([], "matrix", ("shard 3 is missing",))) as server,
        Prometheus(Connection(f"http://127.0.0.1:{server.port}")) as client,
        pytest.raises(PartialError, match=r"conversion: .*shard 3 is missing"),
    ):
        ranges.read(client, config(), WHOLE, ())
    with Prometheus(Connection("http://127.0.0.1:9", retries=0)) as client, pytest.raises(UnreachableError):
        ranges.read(client, config(), WHOLE, ())
