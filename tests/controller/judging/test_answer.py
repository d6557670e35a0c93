"""Answers: JSON that everybody reads, and that fits the published schema."""

from __future__ import annotations

import math

import jsonschema
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.case import MetricOutcome, Outcome
from controller.judging.answer import answer, as_json
from controller.judging.schema import schema
from controller.model import Verdict
from tests.controller.running import strict_json

_number = st.floats()
_metric = st.builds(
    MetricOutcome, st.text(max_size=9), _number, _number, _number, _number, st.integers(0, 10**6).map(np.int64)
)
_outcomes = st.builds(
    Outcome,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    st.sampled_from(Verdict),
    st.none() | st.integers(0, 10**6).map(np.int64),
    st.lists(st.text(max_size=9)).map(tuple),
    st.lists(_metric, max_size=3).map(tuple),
)


def test_numbers_that_json_does_not_know_are_null() -> None:
    metric = MetricOutcome("m", estimate=0.5, low=-math.inf, high=math.nan, mde=math.inf, n=7)
    found = answer(Outcome("a", Verdict.ROLLBACK, 6, ("harm",), (metric,)), ("2 points were not finite",))
    assert strict_json(as_json(found)) == {
        "id": "a",
        "verdict": "rollback",
        "decided_at": 6,
        "reasons": ["harm", "2 points were not finite"],
        "metrics": [{"name": "m", "estimate": 0.5, "interval": [None, None], "mde": None, "n": 7}],
    }


@given(_outcomes)
def test_every_outcome_is_one_line_of_json_that_fits_the_schema(outcome: Outcome) -> None:
    text = as_json(answer(outcome))
    assert text.isascii()
    assert "\n" not in text
    assert "\x1b" not in text
    jsonschema.Draft202012Validator(schema("output")).validate(strict_json(text))
