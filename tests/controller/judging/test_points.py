"""Series: what is missing, what is wrong and where."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from controller.judging.points import counters, gauges, histograms
from controller.judging.problems import Problems

NAN, INF = math.nan, math.inf


def _problem(kind: str, points: list[Any]) -> str:
    problems = Problems()
    if kind == "histogram":
        histograms(points, "x", problems, 2)
    else:
        {"gauge": gauges, "counter": counters}[kind](points, "x", problems)
    assert problems.total
    return str(problems.error())


def test_null_nan_and_infinities_are_missing_and_only_null_is_silent() -> None:
    found = gauges([1, None, NAN, INF, -INF, 2.5], "x", Problems())
    assert np.array_equal(found.values, [1, NAN, NAN, NAN, NAN, 2.5], equal_nan=True)
    assert found.not_finite == 3


def test_a_missing_count_is_a_row_of_nan() -> None:
    found = counters([[3, 10], None, [0.5, 0]], "x", Problems())
    assert np.array_equal(found.values, np.array([[3, 10], [NAN, NAN], [0.5, 0]]), equal_nan=True)


def test_there_may_be_more_events_than_trials() -> None:
    assert counters([[3, 1]], "x", Problems()).values.tolist() == [[3, 1]]


def test_a_histogram_is_sum_count_and_buckets() -> None:
    found = histograms([[-2.5, 4, [1, 3]], None], "x", Problems(), 2)
    assert np.array_equal(found.values, np.array([[-2.5, 4, 1, 3], [NAN] * 4]), equal_nan=True)
    assert histograms([[1, 2, []]], "x", Problems(), 0).values.tolist() == [[1, 2]]


def test_rounding_of_extrapolated_buckets_is_taken_out() -> None:
    found = histograms([[1, 4, [3.0000001, 3.0]], [1, 4, [1, 4.0000001]]], "x", Problems(), 2)
    assert found.values[:, 2:].tolist() == [[3.0000001, 3.0000001], [1, 4]]


@pytest.mark.parametrize("kind", ["gauge", "counter", "histogram"])
def test_no_points_are_an_empty_series(kind: str) -> None:
    shapes = {"gauge": (0,), "counter": (0, 2), "histogram": (0, 5)}
    read = {"gauge": gauges, "counter": counters}.get(kind)
    found = read([], "x", Problems()) if read else histograms([], "x", Problems(), 3)
    assert found.values.shape == shapes[kind]


@pytest.mark.parametrize(
    ("kind", "point", "said"),
    [
        ("gauge", True, "true is not a number; write a number, or null where it is missing"),
        ("gauge", "1", '"1" is not a number; write a number, or null where it is missing'),
        ("gauge", [1], "a list of 1 is not a number; write a number, or null where it is missing"),
        ("gauge", 10**400, "a number of more than 18 digits is not a finite number; write a number, or null"),
        ("counter", 5, "should be [events, trials] or null (it is 5)"),
        ("counter", [1], "should be [events, trials] or null (it is a list of 1)"),
        ("counter", [1, 2, 3], "should be [events, trials] or null (it is a list of 3)"),
        ("counter", [-1, 2], "events -1 is negative; counts are since the point before"),
        ("counter", [1, -2.5], "trials -2.5 is negative"),
        ("counter", [NAN, 1], "events: NaN is not a finite number; write null for a point that is missing"),
        ("counter", [1, INF], "trials: Infinity is not a finite number"),
        ("counter", [None, 1], "events: null is not a number"),
        ("counter", [1, False], "trials: false is not a number"),
        ("counter", [1, 10**400], "trials: a number of more than 18 digits is not a finite number"),
        ("histogram", [1, 2], "should be [sum, count, [cumulative bucket counts]] or null (it is a list of 2)"),
        ("histogram", [1, 2, 3], "should be [sum, count, [cumulative bucket counts]] or null"),
        ("histogram", [1, 2, [1]], "1 buckets, but there are 2 bounds"),
        ("histogram", [NAN, 2, [1, 2]], "sum: NaN is not a finite number"),
        ("histogram", [1, -2, [0, 0]], "count -2 is negative"),
        ("histogram", [1, 4, [3, 2]], "buckets should be cumulative: each at least the one before"),
        ("histogram", [1, 4, [3, 5]], "none above the count 4"),
        ("histogram", [1, 4, [1, True]], "bucket: true is not a number"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(kind: str, point: object, said: str) -> None:
    good = {"gauge": 1, "counter": [1, 2], "histogram": [1, 2, [1, 2]]}[kind]
    message = _problem(kind, [good, None, point, good])
    assert message.startswith("x[2]: ")
    assert said in message
    assert "\n" not in message


def test_many_problems_are_the_first_five_and_a_number() -> None:
    lines = _problem("gauge", [True] * 100).splitlines()
    assert [line.partition(":")[0] for line in lines[:5]] == [f"x[{i}]" for i in range(5)]
    assert lines[5:] == ["and 95 more like these"]
