"""Faults as they are told over HTTP."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.llm.faults import MODES, FaultError, Faults, parse_faults


@given(st.builds(Faults, st.sampled_from(MODES), st.floats(0, 1), st.none() | st.floats(0, 3600)))
def test_a_document_comes_back_as_it_was(faults: Faults) -> None:
    assert parse_faults(faults.document()) == faults


def test_what_is_left_out_has_a_default() -> None:
    assert parse_faults({"mode": "hang"}) == Faults("hang", 1.0, None)
    assert [Faults("hang").delay, Faults("slow").delay, Faults("slow", 1.0, 2.0).delay] == [60.0, 0.5, 2.0]


@pytest.mark.parametrize(
    ("found", "what"),
    [
        ([], "found list"),
        ({}, "mode: None is none of none, error"),
        ({"mode": "broken"}, "'broken' is none of"),
        ({"mode": "error", "rte": 1}, "unknown key 'rte'; did you mean 'rate'"),
        ({"mode": "error", "rate": 1.5}, "rate: 1.5"),
        ({"mode": "error", "rate": True}, "rate: True"),
        ({"mode": "slow", "seconds": "2"}, "seconds: '2'"),
    ],
)
def test_a_wrong_document_says_where(found: object, what: str) -> None:
    with pytest.raises(FaultError, match=what):
        parse_faults(found)
