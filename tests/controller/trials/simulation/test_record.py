"""Figures of a run, from canaries that were made up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.learner.accuracy import Z95
from controller.model import Verdict
from controller.trials.simulation.record import (
    KNOWN,
    Happened,
    Result,
    Tally,
    covers,
    prediction_error,
    result,
    unexplained_error,
)
from controller.trials.simulation.task import Estimate, Idea, Range, Trial
from tests.controller.trials.simulation.plant_of_tests import line

SE = 1e-4


def _happened(
    measured: float | None,
    predicted: Range | None = None,
    verdict: Verdict = Verdict.INCONCLUSIVE,
    *,
    safe: bool = True,
    gain: float = 0.0,
    se: float = SE,
) -> Happened:
    effects = {} if measured is None else {"value": Estimate(measured, se)}
    idea = Idea({"x": 0.1}, {} if predicted is None else {"value": predicted})
    return Happened(0.0, Trial(0.0, {"x": 0.0}, {"x": 0.1}, effects, verdict), idea, safe, gain, "")


def _result(*happened: Happened) -> Result:
    return result(7, line(), Tally(regret=3.0, static_regret=4.0, happened=list(happened)))


def test_canaries_are_counted_by_how_they_ended_and_by_the_truth() -> None:
    found = _result(
        _happened(1.0, verdict=Verdict.PROCEED),
        _happened(1.0, verdict=Verdict.PROCEED, safe=False),
        _happened(-1.0, verdict=Verdict.ROLLBACK, safe=False),
        _happened(None, verdict=Verdict.BLIND),
        Happened(0.0, None, None, safe=True, true_gain=0.0, reason="nothing was proposed"),
    )
    assert (found.seed, found.regret, found.canaries) == (7, 0.75, 4)
    assert (found.promotions, found.rollbacks) == (2, 1)
    assert (found.unsafe_canaries, found.unsafe_promotions) == (2, 1)


def test_a_plant_whose_start_is_the_best_has_no_normalised_regret() -> None:
    assert result(0, line(), Tally()).regret is None


def test_coverage_is_of_the_effects_that_were_predicted_and_measured() -> None:
    found = _result(
        _happened(1.0, Range(0.8, 0.5, 1.1)),
        _happened(1.2, Range(0.8, 0.5, 1.1)),
        _happened(None, Range(0.8, 0.5, 1.1)),
        _happened(5.0),
    )
    assert (found.coverage95, found.predictions) == (0.5, 2)


def test_errors_are_of_the_canaries_after_fifteen_were_measured() -> None:
    """Blind canaries teach nothing, so they do not count among the fifteen."""
    early = [_happened(1.0, Range(9.0, 8.0, 10.0)) for _ in range(KNOWN)]
    blind = [_happened(None) for _ in range(5)]
    late = [
        _happened(1.0, Range(0.9, 0.0, 2.0), Verdict.PROCEED, gain=0.5),
        _happened(1.0, Range(0.6, 0.0, 2.0), gain=0.5),
        _happened(0.5, Range(1.0, 0.0, 2.0), gain=0.5),
    ]
    found = _result(*early[:10], *blind, *early[10:], *late)
    assert found.prediction_error_p50 == pytest.approx(0.4)
    assert found.promoted_error_p50 == pytest.approx(0.1)
    assert found.noise_error_p50 == pytest.approx(0.5)
    assert _result(*early).prediction_error_p50 is None


def test_the_error_beyond_noise_is_what_the_standard_errors_leave_of_it() -> None:
    early = [_happened(1.0, Range(9.0, 8.0, 10.0)) for _ in range(KNOWN)]
    within, beyond = _happened(1.0, Range(0.6, 0.0, 2.0), se=0.25), _happened(1.0, Range(0.6, 0.0, 2.0), se=0.1)
    found = _result(*early, within, beyond, beyond)
    assert found.prediction_error_p50 == pytest.approx(0.4)
    assert found.unexplained_error_p50 == pytest.approx(0.4 - Z95 * 0.1)
    assert _result(*early, within, within, beyond).unexplained_error_p50 == 0.0
    assert _result(*early).unexplained_error_p50 is None
    assert _result(*early, _happened(1.0)).unexplained_error_p50 is None, "nothing was predicted"


def test_an_interval_grows_with_the_error_of_a_shorter_canary() -> None:
    """At twice the standard error, 1.96 sqrt(3) SE are added in quadrature."""
    predicted = Range(0.0, -2.0, 2.0)
    edge = math.hypot(2.0, 1.96 * math.sqrt(3.0))
    assert covers(Estimate(2.0, 1.0), predicted, 1.0)
    assert not covers(Estimate(2.01, 1.0), predicted, 1.0)
    assert covers(Estimate(edge - 0.01, 2.0), predicted, 1.0)
    assert not covers(Estimate(-edge - 0.01, 2.0), predicted, 1.0)
    assert not covers(Estimate(2.01, 0.5), predicted, 1.0)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_predictions_that_are_no_numbers_are_no_errors_and_cover_nothing(wrong: float) -> None:
    trial = Trial(0.0, {"x": 0.0}, {"x": 0.1}, {"value": Estimate(1.0, SE)}, Verdict.PROCEED)
    assert prediction_error(trial, Idea({}, {"value": Range(wrong, wrong, wrong)}), "value") is None
    assert unexplained_error(trial, Idea({}, {"value": Range(wrong, wrong, wrong)}), "value") is None
    assert not covers(Estimate(1.0, SE), Range(wrong, wrong, wrong), SE)
    found = _result(*[_happened(1.0, Range(wrong, wrong, wrong)) for _ in range(KNOWN + 1)])
    assert found.coverage95 == 0.0
    assert found.prediction_error_p50 is None
    assert found.unexplained_error_p50 is None


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_an_error_is_symmetric_and_at_most_2(predicted: float, measured: float) -> None:
    def error(first: float, second: float) -> float | None:
        trial = Trial(0.0, {}, {}, {"value": Estimate(second, SE)}, Verdict.PROCEED)
        return prediction_error(trial, Idea({}, {"value": Range(first, first, first)}), "value")

    found = error(predicted, measured)
    assert found == error(measured, predicted)
    assert found is not None
    assert 0.0 <= found <= 2.0
