"""Text in, verdict out, through the real judge."""

from __future__ import annotations

import json
import warnings
from typing import Any

from hypothesis import given, settings

from controller.judging.answer import as_json
from controller.judging.service import judged
from controller.model import Verdict
from tests.controller.judging.documents import document, documents, gauge
from tests.controller.running import strict_json


def _judged(*metrics: dict[str, Any], **changes: Any) -> Any:
    found = judged(json.dumps(document(*metrics, **changes)))
    return strict_json(as_json(found))


def test_harm_is_rolled_back_early_with_its_reason() -> None:
    found = _judged(gauge("conversion"), gauge("latency", effect=2.0, seed=2, direction="lower", margin=0.5))
    assert (found["id"], found["verdict"]) == ("checkout-42", Verdict.ROLLBACK)
    assert 0 <= found["decided_at"] < 120
    assert any("latency" in reason for reason in found["reasons"])


def test_a_benefit_without_harm_may_proceed() -> None:
    found = _judged(gauge("conversion", effect=1.5), gauge("latency", seed=2, direction="lower", margin=2))
    assert found["verdict"] == Verdict.PROCEED
    assert found["decided_at"] is not None
    conversion = found["metrics"][0]
    assert conversion["interval"][0] < 1.5 < conversion["interval"][1]


def test_without_history_it_is_blind_and_says_so() -> None:
    found = _judged(gauge("conversion", effect=3.0, history={}))
    assert (found["verdict"], found["decided_at"]) == (Verdict.BLIND, None)
    assert any("history" in reason for reason in found["reasons"])


def test_points_that_were_not_finite_stand_in_the_reasons() -> None:
    metric = gauge("conversion")
    metric["canary"][3] = float("nan")
    assert "conversion: 1 points were not finite (NaN or infinite) and count as missing" in _judged(metric)["reasons"]


@settings(max_examples=50)
@given(documents())
def test_every_document_that_can_be_read_is_judged(written: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = judged(json.dumps(written))
    assert found.id == written["id"]
    assert found.verdict in set(Verdict)
    assert [metric.name for metric in found.metrics] in ([], [metric["name"] for metric in written["metrics"]])
