"""The filters against exact Bayesian regression, and whether they stay sane."""

from __future__ import annotations

import numpy as np
import pytest

from controller.decide.learner import bank as module
from controller.decide.learner.bank import Bank, Prior
from controller.model import Floats

PRIOR = Prior(np.array([0.3, -0.2]), np.array([0.5, 1.0]), np.zeros(0), 0.1)
WIDTH = 5 + 1  # slopes, squares, one product; and the level


def _rows(rng: np.random.Generator, count: int) -> Floats:
    found: Floats = np.append(rng.normal(size=(count, WIDTH - 1)), np.zeros((count, 1)), axis=1)
    return found


def test_each_filter_is_the_exact_posterior_of_a_linear_regression() -> None:
    rng = np.random.default_rng(1)
    bank = Bank(PRIOR)
    means, covariances = bank.mean.copy(), bank.covariance.copy()
    rows, measured, variances = _rows(rng, 12), rng.normal(size=12), rng.uniform(0.01, 0.5, 12)
    for row, one, variance in zip(rows, measured, variances, strict=True):
        bank.update(row, float(one), float(variance))
    design, weight = rows[:, :-1], 1 / variances
    for guess in range(len(means)):
        precision = np.linalg.inv(covariances[guess, :-1, :-1])
        exact = np.linalg.inv(precision + (design * weight[:, None]).T @ design)
        mean = exact @ (precision @ means[guess, :-1] + design.T @ (weight * measured))
        assert bank.mean[guess, :-1] == pytest.approx(mean, abs=1e-7)
        assert bank.covariance[guess, :-1, :-1] == pytest.approx(exact, abs=1e-7)


def test_the_weights_are_the_evidence_of_the_measurements() -> None:
    rng = np.random.default_rng(2)
    bank = Bank(PRIOR)
    before, means, covariances = bank.weight, bank.mean.copy(), bank.covariance.copy()
    rows, measured = _rows(rng, 3), rng.normal(0, 0.5, 3)
    for row, one in zip(rows, measured, strict=True):
        bank.update(row, float(one), 0.04)
    evidence = []
    for mean, covariance in zip(means, covariances, strict=True):
        spread = rows @ covariance @ rows.T + 0.04 * np.eye(3)
        away = measured - rows @ mean
        evidence.append(-0.5 * (np.linalg.slogdet(spread)[1] + away @ np.linalg.solve(spread, away)))
    expected = before * np.exp(np.array(evidence) - max(evidence))
    expected = np.maximum(expected / expected.max(), np.exp(module.LEAST_WEIGHT))
    assert bank.weight == pytest.approx(expected / expected.sum(), rel=1e-6)
    assert bank.weight.sum() == pytest.approx(1.0)


def test_the_first_level_is_the_limit_of_an_update_from_an_unknown_level() -> None:
    rng = np.random.default_rng(3)
    bank, vague = Bank(PRIOR), Bank(PRIOR)
    features = rng.normal(size=WIDTH - 1)
    bank.first_level(features, 7.0, 0.04)
    vague.covariance[:, -1, -1] = 1e8
    vague.update(np.append(features, 1.0), 7.0, 0.04)
    assert bank.mean == pytest.approx(vague.mean, abs=1e-3)
    assert bank.covariance == pytest.approx(vague.covariance, abs=1e-3)
    at = np.append(features, 1.0)
    assert at @ bank.mixture()[0] == pytest.approx(7.0)
    assert at @ bank.mixture()[1] @ at == pytest.approx(0.04)


def test_a_sure_level_of_a_large_number_loses_no_precision() -> None:
    bank = Bank(PRIOR)
    row = np.append(np.full(WIDTH - 1, 0.5), 1.0)
    bank.first_level(row[:-1], 1e9, 1e-4)
    for _ in range(20):
        bank.update(row, 1e9, 1e-4)
    mean, covariance = bank.mixture()
    assert row @ mean == pytest.approx(1e9, abs=0.01)
    assert 0 <= row @ covariance @ row < 1e-3


@pytest.mark.parametrize("variance", [1e-2, 1e-300, 1e12])
@pytest.mark.parametrize("sd", [1e-12, 1.0, 1e6])
def test_filters_stay_sane_over_many_updates(variance: float, sd: float) -> None:
    rng = np.random.default_rng(4)
    bank = Bank(Prior(np.array([0.3 * sd, 0.0]), np.array([sd, 1e-3 * sd]), np.zeros(0), 0.01))
    bank.first_level(np.zeros(WIDTH - 1), 3.0, variance)
    for number in range(500):
        row = np.append(rng.integers(-1, 2, WIDTH - 1).astype(float), float(number % 5 == 0))
        bank.update(row, float(rng.normal()), variance)
        bank.advance(0.5)
        if number % 50 == 0:
            bank.inflate(2.0)
    assert np.isfinite(bank.mean).all()
    assert (bank.covariance == bank.covariance.transpose(0, 2, 1)).all()
    assert (bank.covariance.diagonal(axis1=1, axis2=2) > 0).all()
    assert bank.weight.sum() == pytest.approx(1.0)
    mean, covariance = bank.mixture()
    assert np.isfinite(mean).all()
    assert np.linalg.eigvalsh(covariance).min() >= -1e-9 * np.abs(covariance).max()


@pytest.mark.parametrize("variance", [1e-18, 1e-300])
def test_measurements_that_contradict_each_other_without_any_error_explode_nothing(variance: float) -> None:
    bank = Bank(PRIOR)
    row = np.array([1.0, 0.3, 0.7, 0.1, 0.9, 0.0])
    for number in range(60):
        bank.update(row, (-1.0) ** number, variance)
    mean, covariance = bank.mixture()
    assert np.abs(bank.mean).max() < 100
    assert abs(row @ mean) <= 1.0 + 1e-6
    assert 0 <= row @ covariance @ row < 1.0


def test_no_guess_is_ever_given_up() -> None:
    bank = Bank(PRIOR)
    for _ in range(200):
        bank.update(np.eye(WIDTH)[0], 40.0, 0.01)
    assert bank.weight.min() >= np.exp(module.LEAST_WEIGHT) / len(bank.weight) * 0.99


def test_time_makes_uncertain_and_a_prior_without_direction_has_fewer_guesses() -> None:
    bank = Bank(PRIOR)
    before = bank.covariance.diagonal(axis1=1, axis2=2).copy()
    bank.advance(3.0)
    assert (bank.covariance.diagonal(axis1=1, axis2=2) > before).all()
    plain = Bank(Prior(np.zeros(2), np.ones(2), np.zeros(0), 0.1))
    assert len(plain.weight) * len(module.SIGNS) == len(bank.weight)
