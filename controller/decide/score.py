"""The score of a canary: everything its points say about the effect, point by point.

The history's noise model gives the joint covariance of history and canary. Given the history, the canary's points are
predicted as if nothing had changed (kriging with an unknown mean: a standing offset between the arms is learnt, and one
that wanders is followed from its latest values). What they differ from that, decorrelated by the Cholesky factor of
their covariance, are innovations u_i; a unit effect adds e_i to each. Then S_n = sum e_i u_i is the score and
I_n = sum e_i^2 the information: S_n / I_n is the best linear unbiased estimate of the effect, and without an effect S
is a random walk whose variance is I (Jennison & Turnbull 1997), which is what sequential boundaries are made for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy  # parts of it that load slowly are loaded when they are used

from controller.decide import spectrum
from controller.decide.geometry import Geometry, geometry
from controller.decide.spectrum import Spectrum
from controller.model import Floats

GAP = 20  # points between history and canary, at least: warm-up, and what is not known of it
LARGEST = 480  # points that are kept apart; longer canaries are averaged in groups
_CLEARLY = 13.0  # twice the log likelihood ratio from which on a step at the history's end is believed
_VAGUE = 1e4  # variance of the unknown mean, in those of the noise
LEAST = 16  # points without which there is no noise model
_STILL_EVERY = 10  # points between looks at a canary whose history never moved
_EQUAL = 1e-12  # relative deviation below which numbers are equal: the rest of a mean's rounding
_MOST = 1e6  # times the history's data per point; more is believed no more
_FAR = 1e100  # times the history's size; farther is as far, and its square is still a number
_SURE = 2.0  # standard deviations by which the canary must be noisier before that counts in full


@dataclass(frozen=True)
class Series:
    """Points of one unit of information or less: `value` [N] and `weight` [N] >= 0 (1 = as much as history has)."""

    value: Floats
    weight: Floats


@dataclass(frozen=True)
class Path:
    """The course of an estimate, after each group of points, in units of the series; every array has shape [G].

    Attributes:
        count: points so far.
        effect: estimate; 0 without information.
        error: its standard error at that point alone; infinite without information.
        tau: information so far as a share of what is planned.
        noise: by how much the canary is noisier than the history (variance ratio), >= 1.
        freedom: degrees of freedom of the noise's variance.
        final: standard error at the planned end.
        final_freedom: degrees of freedom of the noise's variance there.
        apart: how far the arms may have moved apart shortly before the canary (`Forecast`).
    """

    count: Floats
    effect: Floats
    error: Floats
    tau: Floats
    noise: Floats
    freedom: Floats
    final: float
    final_freedom: float
    apart: float = 0.0


def grouped(series: Series, size: int) -> Series:
    """Return means of `size` neighbouring points, weighted; points that fill no group at the end are left out."""
    if size == 1:
        return series
    whole = series.value.size // size * size
    weight = series.weight[:whole].reshape(-1, size)
    total = weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.nan_to_num((series.value[:whole].reshape(-1, size) * weight).sum(axis=1) / total)
    return Series(value, total / size)


def _noise(innovations: Floats, score: Floats, information: Floats) -> Floats:
    """Return the innovations' variance where it is clearly above 1, else 1; the effect itself is taken out. [G]."""
    count = np.arange(1, innovations.size + 1)
    own = np.cumsum(innovations**2) - score**2 / np.maximum(information, 1e-300)
    ratio = own / np.maximum(count - 1, 1)
    sure = np.clip((ratio - 1) / np.sqrt(2 / count) - (_SURE - 1), 0.0, 1.0)
    return 1 + np.maximum(ratio - 1, 0.0) * sure


def least(planned: int) -> int:
    """Return the points of history without which a canary of `planned` points has no noise model."""
    return LEAST * -(-planned // LARGEST)


def longest(history: int) -> int:
    """Return the points of the longest canary that `history` points give a noise model for."""
    return history // LEAST * LARGEST


@dataclass(frozen=True)
class End:
    """The planned end of a canary: standard error of its estimate, and degrees of freedom of the noise's variance."""

    error: float
    freedom: float


@dataclass(frozen=True)
class Forecast:
    """What a history says about a canary of so many groups of points, if nothing changes.

    Attributes:
        offset: standing level of the history, taken off everything.
        model: noise model.
        shape: covariances of its components.
        size: points per group.
        ends: groups at the planned end.
        seen: block means of the history, shape [K].
        level: what one unit of standing offset adds to them, shape [K].
        apart: how far the arms may have moved apart shortly before the canary; 0 unless the history clearly says so.
    """

    offset: float
    model: Spectrum
    shape: Geometry
    size: int
    ends: int
    seen: Floats
    level: Floats
    apart: float

    def solved(self, design: Floats) -> tuple[Floats, Floats]:
        """Return what a unit effect that adds `design` [N] to the points must be decorrelated with.

        That is the lower Cholesky factor [N, N] of the points' covariance given the history, and the weights [K, N] by
        which the history predicts them.
        """
        powers, shape = self.model.powers, self.shape
        vague = _VAGUE * float(powers.sum())
        inner = scipy.linalg.cho_factor(
            np.tensordot(powers, shape.blocks, 1) + vague * np.outer(self.level, self.level), lower=True
        )
        across = np.tensordot(powers, shape.across, 1) + vague * np.outer(self.level, design)
        weights: Floats = scipy.linalg.cho_solve(inner, across)
        left = (powers @ shape.lags)[shape.distance] + vague * np.outer(design, design) - across.T @ weights
        return np.asarray(np.linalg.cholesky((left + left.T) / 2), dtype=np.float64), weights

    def end(self, weight: float = 1.0) -> End:
        """Return what will be known at the planned end, when every point carries `weight` of the history's data."""
        design = np.full(self.ends, math.sqrt(weight))
        return self.ended(design, *self.solved(design))

    def ended(self, design: Floats, lower: Floats, weights: Floats) -> End:
        """Return the same for a unit effect that adds `design` [N], once it is `solved`."""
        unit = scipy.linalg.solve_triangular(lower, design, lower=True, check_finite=False)
        information = float(unit @ unit)
        points = scipy.linalg.solve_triangular(lower, unit, lower=True, trans="T", check_finite=False) / information
        return End(1 / math.sqrt(information), self._freedom(points, weights @ points))

    def _freedom(self, points: Floats, blocks: Floats) -> float:
        """Return the degrees of freedom of the variance of sum points [N] * canary - sum blocks [K] * history."""
        shape = self.shape
        lagged = np.correlate(points, points, "full")[points.size - 1 :]
        lagged[1:] *= 2
        parts = shape.lags @ lagged + np.einsum("jkl,k,l->j", shape.blocks, blocks, blocks)
        parts -= 2 * np.einsum("jkn,k,n->j", shape.across, blocks, points)
        return self.model.freedom(parts)


def forecast(history: Series, planned: int, gap: int = GAP) -> Forecast:
    """Return what a history says about a canary of `planned` points that begins `gap` points after it.

    Args:
        history: A/A differences, not constant, of a size near 1; weights average 1.
        planned: points at the planned end.
        gap: points between the two.

    Raises:
        ValueError: the history is too short for a noise model.
    """
    size = -(-planned // LARGEST)
    history, ends = grouped(history, size), planned // size
    count = history.value.size // LEAST * LEAST  # few lengths, so that their geometry is computed once
    past = Series(history.value[-count:], history.weight[-count:]) if count else history
    root = np.sqrt(past.weight)
    total = float(past.weight.sum())
    offset = float(past.weight @ past.value) / total if total > 0 else 0.0
    stable = root * (past.value - offset)  # variance no longer depends on how much data a point rests on
    some = max(int(np.count_nonzero(past.weight)), 1)  # the rest is 0 because nothing was seen, not because it is quiet
    model = spectrum.fit(stable * math.sqrt(count / some), ends)
    shape = geometry(count, ends, max(GAP, gap) // size)
    starts = np.concatenate([[0], np.cumsum(shape.sizes)[:-1]])
    seen = np.add.reduceat(stable[::-1], starts) / shape.sizes
    level = np.add.reduceat(root[::-1], starts) / shape.sizes
    return Forecast(offset, model, shape, size, ends, seen, level, _apart(model, shape, seen, level))


def _apart(model: Spectrum, shape: Geometry, seen: Floats, level: Floats) -> float:
    """Return how far the arms may have moved apart shortly before the canary; 0 unless the history clearly says so.

    The spectrum sees the history as a whole: a step an hour before its end is next to nothing in 24 hours. The block
    means, short ones next to the canary, see it: the best step between any two blocks (generalised least squares, mean
    unknown) counts when its likelihood ratio is clear, with two of its standard errors on top.
    """
    vague = _VAGUE * float(model.powers.sum())
    inner = scipy.linalg.cho_factor(
        np.tensordot(model.powers, shape.blocks, 1) + vague * np.outer(level, level), lower=True
    )
    steps = np.tril(np.ones((seen.size, seen.size)))[:-1] * level  # one row for each split: the blocks since then
    solved = scipy.linalg.cho_solve(inner, steps.T)
    known = np.einsum("sk,ks->s", steps, solved)
    ratio = np.where(known > 0, (seen @ solved) ** 2 / np.maximum(known, 1e-300), 0.0)
    if not ratio.size or ratio.max() <= _CLEARLY:
        return 0.0
    return float((math.sqrt(ratio.max()) + _SURE) / math.sqrt(known[np.argmax(ratio)]))


def path(history: Series, canary: Series, planned: int, gap: int = GAP) -> Path:
    """Return the score of a canary, computed at each point from what came before it.

    Args:
        history: A/A differences, not constant, of a size near 1; weights average 1.
        canary: differences so far; those beyond `planned` are left out.
        planned: points at the planned end.
        gap: points between the two.

    Raises:
        ValueError: the history is too short for a noise model.
    """
    expected = forecast(history, planned, gap)
    near = Series(np.clip(canary.value, -_FAR, _FAR), np.minimum(canary.weight, _MOST))
    canary = grouped(near, expected.size)
    n = min(canary.value.size, expected.ends)
    scale = np.ones(expected.ends)
    scale[:n] = np.sqrt(canary.weight[:n])
    lower, weights = expected.solved(scale)
    unit = scipy.linalg.solve_triangular(lower[:n, :n], scale[:n], lower=True, check_finite=False)
    shown = scale[:n] * (canary.value[:n] - expected.offset) - (expected.seen @ weights)[:n]
    innovations = scipy.linalg.solve_triangular(lower[:n, :n], shown, lower=True, check_finite=False)
    information = np.cumsum(unit**2)
    score = np.cumsum(unit * innovations)
    even = bool((scale == 1).all())  # as planned: what was solved for the canary is the planned end's, too
    end = expected.ended(scale, lower, weights) if even else expected.end()
    noise = _noise(innovations, score, information)
    with np.errstate(invalid="ignore", divide="ignore"):
        effect = np.nan_to_num(score / information)
        error = np.sqrt(noise / information)
    return Path(
        count=np.arange(1, n + 1, dtype=float) * expected.size,
        effect=effect,
        error=error,
        tau=information * end.error**2,
        noise=noise,
        freedom=np.full(n, end.freedom),
        final=end.error,
        final_freedom=end.freedom,
        apart=expected.apart,
    )


def still(values: Floats, planned: int, first: int) -> Path:
    """Return the course of the mean of a canary whose history never moved, at every tenth point from `first`.

    There is no history to learn the noise from: the canary's own movement is taken for it. A canary that does not move
    either has no noise at all.

    Args:
        values: differences so far, shape [N], of a size near 1.
        planned: points at the planned end.
        first: points before the first look.
    """
    n = min(values.size, planned)
    count = np.arange(1, n + 1, dtype=float)
    error, freedom = np.full(n, np.inf), np.full(n, np.inf)
    for end in range(max(first, LEAST), n + 1):
        if end % _STILL_EVERY and end != planned:
            continue
        size = float(np.abs(values[:end]).max()) or 1.0
        seen = values[:end] / size
        if float(np.abs(seen - seen.mean()).max()) <= _EQUAL:
            error[end - 1] = 0.0
            continue
        model = spectrum.fit(seen, planned)
        lag = np.arange(1, end)
        fades = np.exp(-lag[None, :] / model.times[1:, None])
        means = np.concatenate([[1 / end], (end + 2 * (fades @ (end - lag))) / end**2])
        error[end - 1] = size * math.sqrt(float(model.powers @ means))
        freedom[end - 1] = model.freedom(means)
    known = error[np.isfinite(error)]
    return Path(
        count=count,
        effect=np.cumsum(values[:n]) / count,
        error=error,
        tau=count / planned,
        noise=np.ones(n),
        freedom=freedom,
        final=float(known[-1]) * math.sqrt(n / planned) if known.size else math.inf,
        final_freedom=float(freedom[np.isfinite(error)][-1]) if known.size else math.inf,
    )
