"""All rivals by name: they agree on the obvious, and bad input is an answer, never a crash."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.decide.case import MarginUnit, MetricCase, SeriesKind
from controller.decide.rivals import RIVALS
from controller.model import Role, Verdict
from exporter.metric import Direction
from tests.controller.decide.rivals.cases import NOTHING, case, metric

NAN, INFINITE = float("nan"), float("inf")
NUMBER = st.one_of(st.sampled_from([NAN, INFINITE, -INFINITE, 0.0, 1e-300, 1e300, -1e300]), st.floats(-1e9, 1e9))
ARM = st.lists(NUMBER, max_size=30)
RATIOS = st.lists(st.tuples(NUMBER, NUMBER), max_size=30).map(lambda rows: np.array(rows, dtype=float))
DIRECTION, UNIT = st.sampled_from(Direction), st.sampled_from(MarginUnit)
GAUGE = st.builds(metric, ARM, ARM, history=ARM, direction=DIRECTION, margin=st.just(0.5), unit=UNIT)
COUNTER = st.builds(metric, RATIOS, RATIOS, history=RATIOS, direction=DIRECTION, kind=st.just(SeriesKind.COUNTER))
METRIC = st.one_of(GAUGE, COUNTER)


def test_names() -> None:
    assert list(RIVALS) == [
        "welch", "welch-peeking", "mann-whitney", "kayenta", "kayenta-growing", "flagger", "argo",
    ]  # fmt: skip


@pytest.mark.parametrize("name", RIVALS)
def test_plain_harm_is_rolled_back_and_a_plain_benefit_is_not(name: str) -> None:
    rng = np.random.default_rng(1)
    level = rng.normal(100, 5, (3, 240))
    for role in Role:
        harmed = metric(level[0] * 0.5, level[1], history=level[2], role=role)
        assert RIVALS[name](case(harmed)).verdict is Verdict.ROLLBACK
    better = metric(level[0] * 1.5, level[1], history=level[2])
    outcome = RIVALS[name](case(better))
    assert outcome.verdict is Verdict.PROCEED
    assert outcome.decided_at is not None
    assert [found.name for found in outcome.metrics] == ["kpi"]


@pytest.mark.parametrize("name", RIVALS)
def test_counters_and_histograms(name: str) -> None:
    rng = np.random.default_rng(2)
    errors = np.stack([rng.binomial(200, [[0.3]] * 240)[:, 0], np.full(240, 200)], axis=1).astype(float)
    fine = np.stack([rng.binomial(200, [[0.05]] * 240)[:, 0], np.full(240, 200)], axis=1).astype(float)
    worse = metric(errors, fine, history=fine, kind=SeriesKind.COUNTER, direction=Direction.LOWER)
    assert RIVALS[name](case(worse)).verdict is Verdict.ROLLBACK
    buckets = np.column_stack([fine[:, 0], fine[:, 1], fine[:, 1] - fine[:, 0]])
    slower = np.column_stack([errors[:, 0], errors[:, 1], errors[:, 1] - errors[:, 0]])
    for objective in (None, 0.5):
        latency = metric(
            slower, buckets, history=buckets, kind=SeriesKind.HISTOGRAM, direction=Direction.LOWER, bounds=(0.5,),
            objective=objective,
        )  # fmt: skip
        assert RIVALS[name](case(latency)).verdict is Verdict.ROLLBACK


@pytest.mark.parametrize("name", RIVALS)
@given(METRIC, st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_bad_input_is_answered(name: str, bad: MetricCase, planned: int) -> None:
    outcome = RIVALS[name](case(bad, planned=planned))
    assert outcome.reasons
    assert len(outcome.metrics) == 1
    assert outcome.decided_at is None or 0 <= outcome.decided_at < planned


@pytest.mark.parametrize("name", RIVALS)
def test_nothing_is_never_promoted(name: str) -> None:
    silent = metric(NOTHING, NOTHING, history=[1.0] * 5)
    assert RIVALS[name](case(silent, planned=240)).verdict is Verdict.UNDECIDED
    missing = metric([NAN] * 240, [NAN] * 240, history=[1.0] * 5)
    assert RIVALS[name](case(missing)).verdict in {Verdict.BLIND, Verdict.ROLLBACK}
    assert RIVALS[name](case(planned=240)).verdict is Verdict.BLIND
