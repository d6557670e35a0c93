"""What a query may come back as."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from controller.adapters import answer
from controller.adapters.answer import Answer, MalformedError, PartialError, PrometheusError, parse_series
from controller.errors import UnavailableError
from exporter.catalog.controller import PROMQL_ERRORS


def test_a_vector_a_matrix_and_a_scalar_become_series() -> None:
    (vector,) = parse_series({"resultType": "vector", "result": [{"metric": {"a": "b"}, "value": [1.5, "2"]}]}, "here")
    assert (vector.labels, vector.times.tolist(), vector.values.tolist()) == ({"a": "b"}, [1.5], [2.0])
    values = [[1, "1"], [2, "NaN"], [3, "+Inf"], [4, "-Inf"], [5, "1e-300"]]
    (matrix,) = parse_series({"resultType": "matrix", "result": [{"metric": {}, "values": values}]}, "here")
    assert np.isnan(matrix.values[1])
    assert matrix.values[[0, 2, 3, 4]].tolist() == [1, np.inf, -np.inf, 1e-300]
    (scalar,) = parse_series({"resultType": "scalar", "result": [7, "8"]}, "here")
    assert (scalar.labels, scalar.times.tolist(), scalar.values.tolist()) == ({}, [7.0], [8.0])


def test_no_series_and_no_samples_are_good_answers() -> None:
    assert parse_series({"resultType": "vector", "result": []}, "here") == ()
    (empty,) = parse_series({"resultType": "matrix", "result": [{"metric": {}, "values": []}]}, "here")
    assert empty.times.shape == empty.values.shape == (0,)


@pytest.mark.parametrize(
    "data",
    [
        {},
        [],
        "text",
        None,
        {"resultType": "vector"},
        {"resultType": "vector", "result": None},
        {"resultType": "vector", "result": [5]},
        {"resultType": "vector", "result": ["value"]},
        {"resultType": "vector", "result": [{"metric": {}}]},
        {"resultType": "vector", "result": [{"value": [1, "2"]}]},
        {"resultType": "vector", "result": [{"metric": [], "value": [1, "2"]}]},
        {"resultType": "vector", "result": [{"metric": {}, "value": [1]}]},
        {"resultType": "vector", "result": [{"metric": {}, "value": [1, "much"]}]},
        {"resultType": "vector", "result": [{"metric": {}, "value": [10**400, "1"]}]},
        {"resultType": "vector", "result": [{"metric": {}, "histogram": [1, {}]}]},
        {"resultType": "string", "result": [1, "words"]},
    ],
)
def test_a_result_that_cannot_be_read_is_malformed(data: Any) -> None:
    with pytest.raises(MalformedError, match="here answers a result that cannot be read"):
        parse_series(data, "here")


def test_every_reason_that_a_query_can_fail_for_is_a_value_of_the_errors_metric() -> None:
    errors = {kind for kind in vars(answer).values() if isinstance(kind, type) and issubclass(kind, PrometheusError)}
    whole = errors - {PartialError}  # the query succeeded; its answer is not good enough
    assert {kind.reason for kind in whole} == set(PROMQL_ERRORS.values["reason"])
    assert {kind.exit_code for kind in errors} == {UnavailableError.exit_code}


def test_an_answer_with_warnings_is_partial() -> None:
    assert Answer((), ("shard 3 is missing",)).partial
    assert not Answer(()).partial
