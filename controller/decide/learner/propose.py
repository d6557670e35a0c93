"""The proposal: of the candidates in the box that most likely keep every guardrail, that of the highest expected gain.

Gain is what the canary would let through (score.py), in the utility's terms. A move that adds next to nothing to it is
dropped again, so that a change has no more parts than it needs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from controller.decide.learner.aim import Aim
from controller.decide.learner.candidates import BEST, ROUNDS, Box, Field
from controller.decide.learner.guard import excess, passable
from controller.decide.learner.learner import Learner, Point
from controller.decide.learner.refusal import NoProposal, hopeless, unsafe, unseen
from controller.decide.learner.score import promoted_gain, proven_harmless
from controller.decide.utility import utility
from controller.model import Floats
from exporter.parameters import Value

Z95 = 1.959964
NEGLIGIBLE = 0.02  # share of the gain that a part of a change must add to stay in it
LEAST_GAIN = 0.001  # standard errors of a canary: what is expected to bring less is not worth one
LEAST_CHANCE = 0.01  # to prove a benefit: below it a canary is not worth its risk


@dataclass(frozen=True)
class Forecast:
    """A predicted effect on one KPI, in its unit: 95 % interval for what a canary will measure, and of the truth."""

    kpi: str
    effect: float
    low: float
    high: float
    true_low: float
    true_high: float


@dataclass(frozen=True)
class Proposal:
    """One change.

    Attributes:
        values: of every parameter.
        forecasts: by KPI, in the order of the models.
        gain: expected promoted gain of utility.
        sure_gain: the same if the prediction's mean were certain; the rest is the value of not knowing.
        chance: that a canary proves it and promotes it.
        candidates: how many were compared.
        kept: how many of those most likely keep every guardrail.
    """

    values: Mapping[str, Value]
    forecasts: tuple[Forecast, ...]
    gain: float
    sure_gain: float
    chance: float
    candidates: int
    kept: int


@dataclass(frozen=True)
class _Scored:
    """Candidates with their figures; every array [N]."""

    rows: Floats
    gain: Floats
    sure: Floats
    chance: Floats
    excess: Floats

    @property
    def worth(self) -> Floats:
        """Gain where the guardrails are most likely kept; below everything else where they are not."""
        worth: Floats = np.where(self.excess <= 0, self.gain, -1e9 - self.excess)
        return worth

    def best(self, count: int) -> Floats:
        """Return the best rows, best first."""
        return self.rows[np.argsort(-self.worth, kind="stable")[:count]]


def propose(learner: Learner, base: Point, box: Box, aim: Aim, rng: np.random.Generator) -> Proposal | NoProposal:
    """Return the best change inside the box, or why there is none.

    Args:
        learner: what is known, at the present time.
        base: values in force.
        box: where the proposal may go.
        aim: what for.
        rng: draws the candidates.
    """
    if (nothing := unseen(aim)) is not None:
        return nothing
    field = Field(learner.space, box, base)
    rows = field.first(rng)
    if np.array_equal(rows, np.broadcast_to(field.base, rows.shape)):
        return NoProposal("no parameter can move: bounds, step and daily limits leave only the values in force")
    scored = _score(learner, field.base, rows, aim)
    compared = len(scored.rows)
    for number in range(1, ROUNDS + 1):
        rows = field.near(scored.best(BEST), 0.125 / number, rng)
        scored = _score(learner, field.base, rows, aim)
        compared += len(rows) - BEST
    chosen = _plain(learner, field, scored.best(1)[0], aim)
    worth = float(chosen.worth[0])
    if chosen.excess[0] > 0:
        return unsafe(learner, field.base, chosen.rows[0], aim)
    if float(chosen.chance[0]) < LEAST_CHANCE or worth <= LEAST_GAIN * aim.errors[aim.primary] * aim.scale:
        return hopeless(learner, field.base, np.vstack([chosen.rows, scored.rows]), aim)
    return Proposal(
        values=learner.space.values(chosen.rows[0]),
        forecasts=_forecasts(learner, field.base, chosen.rows, aim),
        gain=worth,
        sure_gain=float(chosen.sure[0]),
        chance=float(chosen.chance[0]),
        candidates=compared,
        kept=int((scored.excess <= 0).sum()),
    )


def _score(learner: Learner, base: Floats, rows: Floats, aim: Aim) -> _Scored:
    models, primary = learner.responses, learner.responses[aim.primary]
    worst = np.full(len(rows), -np.inf)
    harmless = np.ones(len(rows))
    for guard in aim.guards:
        model = models[guard.kpi]
        worst = np.maximum(worst, excess(guard, model, base, rows, aim.certainty))
        mean, variance = model.effects(base, rows)
        spread = variance * model.calibration**2
        error = aim.errors[guard.kpi]
        limits = passable(guard, model, base, (aim.harm + aim.safety) * error)
        harmless *= proven_harmless(mean, spread, limits, error, aim.safety)
    mean, variance = primary.effects(base, rows)
    sign, scale, error = aim.sign, aim.scale, aim.errors[aim.primary]
    variance = variance * primary.calibration**2
    gain, chance = promoted_gain(sign * mean, variance, error, aim.benefit)
    sure, _ = promoted_gain(sign * mean, np.zeros(len(rows)), error, aim.benefit)
    others = tuple(term for term in aim.terms if term.kpi != aim.primary and term.kpi in models)
    extra: Floats = np.zeros(len(rows))
    if others:
        effects = {term.kpi: models[term.kpi].effects(base, rows)[0] for term in others}
        levels = {term.kpi: _level(learner, term.kpi, base) for term in others}
        extra = utility(effects, levels, others) * chance
    return _Scored(rows, (gain * scale + extra) * harmless, (sure * scale + extra) * harmless, chance * harmless, worst)


def _level(learner: Learner, kpi: str, base: Floats) -> float | None:
    model = learner.responses[kpi]
    return float(model.levels(base[None])[0][0]) if model.level_known else None


def _plain(learner: Learner, field: Field, row: Floats, aim: Aim) -> _Scored:
    """Return the row without the moves that add next to nothing, scored."""
    scored = _score(learner, field.base, row[None], aim)
    while len(simpler := field.without(scored.rows[0])) > 1:
        options = _score(learner, field.base, simpler, aim)
        best = int(np.argmax(options.worth))
        if options.worth[best] < (1 - NEGLIGIBLE) * scored.worth[0]:
            break
        scored = _score(learner, field.base, simpler[best][None], aim)
    return scored


def _forecasts(learner: Learner, base: Floats, rows: Floats, aim: Aim) -> tuple[Forecast, ...]:
    found = []
    for kpi, model in learner.responses.items():
        mean, variance = (float(part[0]) for part in model.effects(base, rows))
        true = Z95 * model.calibration * math.sqrt(variance)
        seen = Z95 * model.calibration * math.sqrt(variance + aim.errors[kpi] ** 2)
        found.append(Forecast(kpi, mean, mean - seen, mean + seen, mean - true, mean + true))
    return tuple(found)
