"""The single Mann-Whitney look agrees with scipy, and its false alarms are those of autocorrelated data."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from controller.decide.rivals.mann_whitney import MannWhitney, compare
from controller.model import Verdict
from exporter.metric import Direction
from tests.controller.decide.rivals.cases import NOTHING, case, metric, near, share
from tests.controller.decide.series import noise

NAN = float("nan")


def test_by_hand() -> None:
    """U = 8.5 of 9, one tie: sigma^2 = 9/12 (7 - 6/30), z = (8.5 - 4.5 - 0.5) / sigma = 1.550, p = 0.1212."""
    p_value, dominance = compare(np.array([3.0, 4.0, 5.0]), np.array([1.0, 2.0, 3.0]))
    assert p_value == pytest.approx(0.1212, abs=2e-4)
    assert dominance == pytest.approx(8 / 9)


def test_it_looks_once_and_names_the_shift() -> None:
    canary, comparison = np.arange(10.0) + 4, np.arange(10.0)
    outcome = MannWhitney()(case(metric(canary, comparison)))
    p_value = float(mannwhitneyu(canary, comparison, method="asymptotic").pvalue)
    assert outcome.reasons == (f"kpi: Mann-Whitney p = {p_value:.3g}",)
    assert (outcome.verdict, outcome.decided_at, outcome.metrics[0].estimate) == (Verdict.PROCEED, 9, 4.0)
    assert MannWhitney()(case(metric(canary, comparison), planned=11)).verdict is Verdict.UNDECIDED


def test_ties_constants_and_nothing() -> None:
    flat = np.full(8, 0.3)
    assert MannWhitney()(case(metric(flat, flat))).verdict is Verdict.INCONCLUSIVE
    assert MannWhitney()(case(metric(flat - 0.1, flat))).verdict is Verdict.ROLLBACK
    assert MannWhitney()(case(metric(NOTHING, flat))).verdict is Verdict.BLIND
    assert MannWhitney()(case(metric([NAN] * 8, flat))).verdict is Verdict.BLIND
    assert np.isnan(MannWhitney()(case(metric(NOTHING, flat))).metrics[0].estimate)


@pytest.mark.parametrize(("rho", "rate"), [(0.0, 0.047), (0.5, 0.25), (0.9, 0.65)])
def test_false_alarms(rho: float, rate: float) -> None:
    """500 A/A cases of 240 points; the rates' own error is 0.7 points, the bounds' 1 in 1000."""
    rng = np.random.default_rng(1)
    cases = [case(metric(noise(rng, 240, rho), noise(rng, 240, rho), direction=Direction.BAND)) for _ in range(500)]
    assert near(share(MannWhitney(), cases), rate, 500, 0.007)
