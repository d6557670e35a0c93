"""Coarse levels: how long a stretch is, and which queries are asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.adapters import tracks
from controller.adapters.answer import UnreachableError
from controller.adapters.prometheus import Prometheus
from controller.adapters.session import Connection
from controller.model import KpiCourse
from tests.controller.adapters.server import Reply, Server, failure, serving, success
from tests.controller.world import configuration

DAY = 86400.0
AT = 20_000 * DAY + 10_000.0
CONFIG = configuration(prometheus={"selector": {"job": "shop"}, "scrape_interval": 15}, canary={"history": DAY})


@given(st.floats(1, 1e7), st.sampled_from([0.1, 1.0, 15.0, 60.0]))
def test_a_stretch_holds_whole_scrapes_and_a_window_few_stretches(window: float, scrape: float) -> None:
    found = tracks.step(window, scrape)
    assert found / scrape == pytest.approx(round(found / scrape))
    assert found >= 5 * scrape
    assert window / found <= tracks.STRETCHES + 1e-6


def test_a_day_and_the_demos_ten_minutes_have_points_enough() -> None:
    assert (tracks.step(DAY, 15.0), tracks.step(600.0, 1.0)) == (360.0, 5.0)


def _read(server: Server, window: float) -> KpiCourse:
    with Prometheus(Connection(f"http://127.0.0.1:{server.port}", retries=0)) as client:
        return tracks.read(client, CONFIG, CONFIG.judged[0], AT, window)


def _matrix(*values: tuple[float, str]) -> Reply:
    return success([{"metric": {}, "values": [list(item) for item in values]}], "matrix")


def test_a_day_takes_two_queries_whose_windows_adjoin() -> None:
    with serving(_matrix((AT, "0.5"), (AT + 1, "NaN")), _matrix((AT - 2 * DAY, "+Inf"))) as server:
        found = _read(server, DAY)
    recent, past = (form for _, _, form in server.requests)
    assert recent["query"] == ['avg (avg_over_time(shop_conversion{job="shop",variant="control"}[360s]))']
    assert (recent["start"], recent["end"], recent["step"]) == ([f"{AT - DAY + 360:.3f}"], [f"{AT:.3f}"], ["360.000"])
    assert "[3600s]" in past["query"][0]
    assert float(past["end"][0]) % 3600 == 0
    assert AT - DAY - 3600 < float(past["end"][0]) <= AT - DAY
    assert float(past["end"][0]) - float(past["start"][0]) == 7 * DAY - 3600
    assert np.array_equal(found.window.values, [0.5, np.nan], equal_nan=True)
    assert found.past.values.tolist() == [np.inf]
    assert (found.window.expected, found.past.expected) == (240, 168)


def test_a_short_window_takes_one_query() -> None:
    with serving(success([], "matrix")) as server:
        found = _read(server, 3600.0)
    assert len(server.requests) == 1
    assert found.window.times.size == 0
    assert found.past.expected == 0


def test_a_window_shorter_than_a_stretch_takes_none() -> None:
    with serving(success([], "matrix")) as server:
        assert _read(server, 30.0).window.expected == 0
    assert server.requests == []


def test_errors_are_passed_on() -> None:
    with serving(failure(503, "unavailable", "starting")) as server, pytest.raises(Exception, match="starting"):
        _read(server, DAY)
    with pytest.raises(UnreachableError):
        _read(Server(1), DAY)


def test_hours_take_one_query_whose_windows_are_whole_hours() -> None:
    at = 20_000 * DAY
    with (
        serving(_matrix((at - 3600, "0.5"), (at, "NaN"))) as server,
        Prometheus(Connection(f"http://127.0.0.1:{server.port}", retries=0)) as client,
    ):
        found = tracks.hours(client, CONFIG, CONFIG.judged[0], at, 11 * DAY + 1000)
    ((_, _, form),) = server.requests
    assert form["query"] == ['avg (avg_over_time(shop_conversion{job="shop",variant="control"}[3600s]))']
    assert (form["start"], form["end"]) == ([f"{at - 11 * DAY + 3600:.3f}"], [f"{at:.3f}"])
    assert (found.expected, found.step, found.end) == (264, 3600.0, at)
    assert np.array_equal(found.values, [0.5, np.nan], equal_nan=True)
