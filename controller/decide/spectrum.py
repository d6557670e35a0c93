"""Noise of a paired difference, learnt from its A/A history: white noise plus components that fade exponentially.

The covariance of two points that are h apart is modelled as a_0 [h = 0] + sum_j a_j exp(-h / tau_j), a_j >= 0, with
tau_j = 1, 2, 4, ... points up to twice the history. That family holds independent noise, autoregressions with
positive memory, slow plus white noise, offsets that wander for hours and trends; negative memory is read as white
noise, which is cautious. The a_j maximise Whittle's likelihood of the periodogram with its exact expectations
(Sykulski et al. 2019, "The debiased Whittle likelihood"), by Fisher scoring, each step a non-negative least squares.

A rich family finds slow components in pure chance, and each one costs precision. So every component but the quickest
pays for itself: its score must exceed `penalty` standard deviations (a lasso in units of the score's own spread). The
penalty fades where the likelihood ratio says that slow components are there. It is zero where a component that is
missed costs more than one that is imagined: with short histories, and for components so slow that they look like a
trend.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy  # parts of it that load slowly are loaded when they are used
from numpy.typing import NDArray

from controller.model import Floats

FULL_PENALTY = 1.5
OCTAVES = 4.5  # doublings, from a history as long as the canary, until the penalty is paid in full
LONGEST = 2.0  # slowest component, in lengths of the history
QUICK = 1.0  # points; components up to it are free
SLOW = 60.0  # points; beyond it a component is slow
_ROUNDS = 10
_SINGLE = 6  # lowest frequencies that are kept apart; higher ones are averaged over bands
_BAND = 1.12
_CONVERGED = 3e-3
_FLOOR = 1e-9
_NONE = 1e-24  # variance below which a series of a size near 1 does not move


@dataclass(frozen=True)
class Spectrum:
    """A fitted noise model.

    Attributes:
        times: tau_j in points, shape [J]; 0 stands for white noise.
        powers: a_j, variance of each component, in squares of the series' unit, shape [J].
        precision: Fisher information of the powers, shape [J, J].
    """

    times: Floats
    powers: Floats
    precision: Floats

    def freedom(self, parts: Floats) -> float:
        """Return the degrees of freedom of a variance that is linear in the powers, `parts` [J] for one of each.

        The powers are known as well as their information matrix says (delta method; 2 / relative variance, as for a
        chi-squared variable).
        """
        active = self.powers > 0
        spread = np.linalg.pinv(self.precision[np.ix_(active, active)])
        relative = float(parts[active] @ spread @ parts[active]) / float(parts[active] @ self.powers[active]) ** 2
        return 2 / relative if relative > 0 else np.inf


@dataclass(frozen=True)
class _Bands:
    """Expected periodogram of each component with unit power, averaged over bands: shapes [B, J] and [B]."""

    expected: Floats
    counts: Floats
    edges: NDArray[np.int64]


@lru_cache(maxsize=64)
def times(count: int) -> Floats:
    """Return the components' time constants for a history of `count` points, 0 first."""
    longest = int(np.floor(np.log2(LONGEST * count)))
    return np.concatenate([[0.0], 2.0 ** np.arange(longest + 1)])


@lru_cache(maxsize=16)
def _bands(count: int) -> _Bands:
    frequencies = (count - 1) // 2
    edges = [0]
    while edges[-1] < frequencies:
        wide = edges[-1] + 1 if edges[-1] < _SINGLE else max(edges[-1] + 1, round(edges[-1] * _BAND))
        edges.append(min(wide, frequencies))
    lag = np.arange(count)
    rows = [np.ones(frequencies)]
    for time in times(count)[1:]:
        taper = (1 - lag / count) * np.exp(-lag / time)
        rows.append((2 * np.fft.rfft(taper).real - taper[0])[1 : frequencies + 1])
    starts = np.array(edges[:-1])
    widths = np.diff(edges).astype(float)
    return _Bands(np.add.reduceat(np.array(rows), starts, axis=1).T / widths[:, None], widths, starts)


def _objective(bands: _Bands, seen: Floats, fitted: Floats) -> float:
    """Return minus the log likelihood of the band means `seen`."""
    return float(bands.counts @ (np.log(fitted) + seen / fitted))


def _score(
    bands: _Bands, seen: Floats, fitted: Floats, penalty: Floats, used: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return powers [J] and fitted band means [B] after Fisher scoring from `fitted`; unused components stay zero."""
    expected, lasso = bands.expected[:, used], penalty[used]
    powers: Floats | None = None
    for _ in range(_ROUNDS):
        root = np.sqrt(bands.counts) / fitted
        design = expected * root[:, None]
        information = design.T @ design
        spread = np.sqrt(np.diag(information))
        cost = lasso * spread
        scaled = information / np.outer(spread, spread)
        scaled[np.diag_indices_from(scaled)] += _FLOOR
        upper = np.linalg.cholesky(scaled).T
        target = np.linalg.solve(upper.T, (design.T @ (seen * root) - cost) / spread)
        wanted = scipy.optimize.nnls(upper, target)[0] / spread
        if powers is None:
            powers, fitted = wanted, np.maximum(expected @ wanted, _FLOOR)
            continue
        now, share = _objective(bands, seen, fitted) + cost @ powers, 1.0
        while share > 0.1:  # noqa: PLR2004 - a smaller step is not worth its search
            trial = powers + share * (wanted - powers)
            moved = np.maximum(expected @ trial, _FLOOR)
            if _objective(bands, seen, moved) + cost @ trial <= now:
                break
            share /= 2
        trial = powers + share * (wanted - powers)
        moved = np.maximum(expected @ trial, _FLOOR)
        still = float(np.abs(moved / fitted - 1).max())
        powers, fitted = trial, moved
        if still < _CONVERGED:
            break
    whole = np.zeros(used.size)
    whole[used] = powers
    return whole, fitted


def fit(series: Floats, planned: int) -> Spectrum:
    """Return the noise model of a history.

    Args:
        series: shape [N], N >= 16, of a size near 1 (scale it before). One that does not move, though what it was
            cut or averaged from did, is read as white noise with one deviation of 1.
        planned: points of the canary that it will be used for; short is what is short against that.

    Raises:
        ValueError: fewer points.
    """
    count = series.size
    if count < 16:  # noqa: PLR2004 - fewer have no spectrum worth the name
        raise ValueError(f"a noise model needs at least 16 points of history, found {count}")
    bands, tau = _bands(count), times(count)
    centred = series - series.mean()
    variance = float(centred @ centred) / count
    if variance <= _NONE:
        centred, variance = np.zeros(count), 1 / count
    periodogram = np.abs(np.fft.rfft(centred)[1 : (count - 1) // 2 + 1]) ** 2 / (count * variance)
    seen = np.add.reduceat(periodogram, bands.edges) / bands.counts
    smooth = np.log(np.maximum(seen, 1e-6))
    fitted = np.exp(np.convolve(np.pad(smooth, 2, "edge"), np.full(5, 0.2), "valid"))
    octaves = np.log2(max(1.0, count / planned))
    penalty = np.where(tau > QUICK, FULL_PENALTY * min(1.0, octaves / OCTAVES) ** 2, 0.0)
    penalty[tau > count / 2] = 0.0
    powers, fitted = _score(bands, seen, fitted, penalty, np.ones(tau.size, dtype=bool))
    if penalty[2] > 0 and powers[tau > SLOW].any():
        _, without = _score(bands, seen, fitted, penalty, tau <= SLOW)
        ratio = 2 * (_objective(bands, seen, without) - _objective(bands, seen, fitted))
        belief = 1 / (1 + max(0.0, ratio))
        if belief < 1:
            eased = np.where(tau > SLOW, belief * penalty, penalty)
            powers, fitted = _score(bands, seen, fitted, eased, np.ones(tau.size, dtype=bool))
    if powers.sum() <= _FLOOR:  # it alternates from point to point, which no component explains
        powers, fitted = np.where(tau == 0, 1.0, 0.0), np.ones(fitted.size)
    design = bands.expected * (np.sqrt(bands.counts) / fitted)[:, None]
    return Spectrum(tau, powers * variance, design.T @ design / variance**2)
