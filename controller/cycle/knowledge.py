"""What the journal teaches: the learner, made anew from all measured canaries, and what a proposal is for.

Nothing of the models is stored. They are a pure function of the journal and the configuration, so a restart, a change
of priors or of bounds needs no migration: the next cycle knows what it would have known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from scipy.special import ndtri

from controller.config.config import Config
from controller.cycle.context import Context
from controller.cycle.sight import Sight
from controller.decide.learner.aim import Aim
from controller.decide.learner.bank import PEAKED, Prior
from controller.decide.learner.guard import Guard
from controller.decide.learner.learner import Learner
from controller.decide.learner.space import Axis, Space
from controller.decide.trace import Bounds
from controller.journal.state import State, Trial
from controller.journal.state_ops import DriftRecord
from controller.model import JudgedKpi, Role
from exporter.metric import Direction
from exporter.parameters import Value, Values
from exporter.seconds import DAY

FINEST = 4  # a proposal's numbers are multiples of a power of ten, at most a fourth of a step
LEVEL_SHARE = 0.5  # of a canary's standard error: that of a level over the analysis window
SIDES = math.sqrt(2)  # a switch is the difference of two choices: so much more uncertain than each of them
SMALLEST = 1e-9  # of a KPI's margin: standard error of a canary that sees any movement


def space(config: Config) -> Space:
    """Return the parameters as the learner sees them."""
    axes = []
    for spec in config.specs.specs:
        if spec.kind == "choice":
            axes.append(Axis(spec.name, choices=spec.choices))
            continue
        step = config.parameters[spec.name].step
        whole = spec.kind == "int"
        quantum = 1.0 if whole else 10.0 ** math.floor(math.log10(step / FINEST))
        axes.append(Axis(spec.name, float(spec.low), float(spec.high), quantum, whole=whole))
    return Space(tuple(axes))


def priors(config: Config, margins: Mapping[str, float]) -> dict[str, Prior]:
    """Return what is believed of every judged KPI before any measurement.

    Args:
        config: where priors stand, per step and with more being better.
        margins: guardrails' margins in the KPI's unit, by KPI.
    """
    where = space(config)
    found = {}
    for judged in config.judged:
        name, sign = judged.kpi.name, -1.0 if judged.kpi.direction is Direction.LOWER else 1.0
        beliefs = {axis.name: config.prior(axis.name, name, margins.get(name)) for axis in where.axes}
        unit = np.array([axis.half / config.parameters[axis.name].step for axis in where.numbers])
        found[name] = Prior(
            slope=sign * unit * np.array([beliefs[axis.name].mean for axis in where.numbers]),
            sd=unit * np.array([beliefs[axis.name].sd for axis in where.numbers]),
            switch=np.array([beliefs[axis.name].sd / SIDES for axis in where.choices for _ in axis.choices]),
            level_drift=margins.get(name, judged.margin),
            bend=sign * PEAKED if judged.role is Role.PRIMARY else 0.0,
        )
    return found


def learner(config: Config, state: State, now: float, margins: Mapping[str, float]) -> Learner:
    """Return everything that was learnt until `now` (unix seconds), from the journal's trials in order.

    A trial that moved what is no parameter any more is left out: nobody knows what of its effect the others made.
    Where a KPI's level was found to have drifted, what was learnt of it before is believed less from then on.
    """
    begin = min((trial.at for trial in state.trials), default=now) / DAY
    found = Learner(space(config), priors(config, margins), begin)
    shifts = [one for one in state.drift.records if one.found.cause == "plant" and one.at <= now]
    for trial in state.trials:
        while shifts and shifts[0].at <= trial.at:
            _doubt(found, shifts.pop(0))
        base, tried = _point(config, trial.base), _point(config, trial.tried)
        found.advance(trial.at / DAY)
        if base is not None and tried is not None and not _moved_others(config, trial):
            found.learn(base, tried, trial.effects)
    for shift in shifts:
        _doubt(found, shift)
    found.advance(now / DAY)
    return found


def aim(config: Config, found: Sight) -> Aim:
    """Return what a proposal is for, and what it must not do."""
    bounds = Bounds.of(config.policy, len(config.judged))
    primary = config.judged[0].kpi.name
    return Aim(
        primary=primary,
        terms=config.terms,
        guards=tuple(guard(rail) for rail in found.rails),
        errors={name: max(one.error, SMALLEST * _unit(config, name)) for name, one in found.precision.items()},
        benefit=found.precision[primary].needed,
        safety=bounds.safety.constant,
        harm=bounds.harm.constant,
        certainty=float(ndtri(config.propose.certainty)),
    )


def guard(rail: JudgedKpi) -> Guard:
    """Return a guardrail, with its margin in the KPI's unit, as a constraint."""
    direction, limit = rail.kpi.direction, rail.limit
    return Guard(
        kpi=rail.kpi.name,
        upper=limit if limit is not None and direction is Direction.LOWER else math.inf,
        lower=limit if limit is not None and direction is Direction.HIGHER else -math.inf,
        rise=math.inf if direction is Direction.HIGHER else rail.margin,
        fall=math.inf if direction is Direction.LOWER else rail.margin,
        tolerated=rail.tolerated,
    )


def see_levels(context: Context, known: Learner, errors: Mapping[str, float]) -> None:
    """Tell a learner the levels that this cycle observed."""
    levels = {item.kpi: item.level for item in context.cycle.observations if item.level is not None}
    point = _point(context.config, context.state.values)
    if point is not None:
        known.see_levels(
            point, {kpi: (level, LEVEL_SHARE * errors[kpi]) for kpi, level in levels.items() if kpi in errors}
        )


def _doubt(known: Learner, shift: DriftRecord) -> None:
    """Let a learner know of a KPI's drift; before its first trial there is nothing to believe less."""
    known.advance(shift.at / DAY)
    known.inflate(shift.found.kpi)


def _moved_others(config: Config, trial: Trial) -> bool:
    """Return whether a trial moved something that is no parameter any more."""
    gone = (trial.base.keys() | trial.tried.keys()) - config.parameters.keys()
    return any(trial.base.get(name) != trial.tried.get(name) for name in gone)


def _unit(config: Config, kpi: str) -> float:
    return next(judged.margin for judged in config.judged if judged.kpi.name == kpi)


def _point(config: Config, values: Values) -> Values | None:
    """Return values of today's parameters, new ones at their default; None where a choice is no choice any more."""
    found: dict[str, Value] = {}
    for spec in config.specs.specs:
        value = values.get(spec.name, spec.default)
        if (spec.kind == "choice") != isinstance(value, str) or (spec.kind == "choice" and value not in spec.choices):
            return None
        found[spec.name] = value
    return found
