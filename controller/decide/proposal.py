"""One bounded change, chosen by what is known of each parameter's effect on the primary KPI.

The response model is a slope per parameter (effect of one step upwards), normal with the configuration's prior, updated
with every measured effect: conjugate normal-normal, older effects discounted so that a drifting service is followed.
The candidate with the highest upper-confidence value (mean + 0.5 sd) is proposed: it may be worth trying because it is
believed to help, or because little is known of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from controller.model import Change
from exporter.parameters import ParameterSpec, Values

OPTIMISM = 0.5
HALF_LIFE = 30 * 86400.0  # seconds after which a measured effect counts half
Z95 = 1.96


@dataclass(frozen=True)
class Slope:
    """Belief about the effect of one step upwards on the primary KPI, positive = better; normal."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Knob:
    """A parameter as the proposer sees it."""

    spec: ParameterSpec
    step: float
    prior: Slope


@dataclass(frozen=True)
class Experience:
    """A measured effect of one parameter's move on the primary KPI, positive = better.

    Attributes:
        parameter: which was moved.
        steps: by how many steps, signed.
        effect: measured, in the KPI's unit.
        standard_error: of `effect`.
        age: seconds ago.
    """

    parameter: str
    steps: float
    effect: float
    standard_error: float
    age: float


@dataclass(frozen=True)
class Proposal:
    """One change, what it should do to the primary KPI (positive = better; 95 % interval), and why."""

    change: Change
    effect: float
    low: float
    high: float
    rationale: str


def learn(prior: Slope, experiences: tuple[Experience, ...]) -> Slope:
    """Return the posterior of a slope after measured effects of its parameter."""
    precision = 1 / prior.sd**2
    weighted = prior.mean * precision
    for item in experiences:
        if item.steps == 0 or not item.standard_error > 0:
            continue
        discount = 0.5 ** (max(0.0, item.age) / HALF_LIFE)
        information = discount * (item.steps / item.standard_error) ** 2
        precision += information
        weighted += information * item.effect / item.steps
    return Slope(weighted / precision, math.sqrt(1 / precision))


def moved(knob: Knob, value: float, steps: float) -> float:
    """Return the value some steps away, kept inside the hard bounds and of the parameter's kind."""
    low, high = float(knob.spec.low), float(knob.spec.high)
    target = value + steps * knob.step
    if knob.spec.kind == "int":
        return float(min(max(round(target), math.ceil(low)), math.floor(high)))
    digits = 9 - math.floor(math.log10(knob.step))  # so that ten steps of 0.1 are 1.0, and a step of 1e-12 still counts
    return min(max(round(target, digits), low), high)


def propose(
    knobs: tuple[Knob, ...], values: Values, experiences: tuple[Experience, ...], *, least_gain: float = 0.0
) -> Proposal | None:
    """Return the best single step, None when none may gain more than `least_gain`, even optimistically."""
    best: tuple[float, Proposal] | None = None
    for knob in knobs:
        name = knob.spec.name
        known = tuple(item for item in experiences if item.parameter == name)
        slope = learn(knob.prior, known)
        for direction in (1.0, -1.0):
            new = moved(knob, float(values[name]), direction)
            steps = (new - float(values[name])) / knob.step
            if steps == 0:
                continue
            mean, sd = slope.mean * steps, slope.sd * abs(steps)
            score = mean + OPTIMISM * sd
            if score <= least_gain or (best is not None and score <= best[0]):
                continue
            rationale = (
                f"{name} {values[name]:g} -> {new:g}: this step should change "
                f"the primary KPI by {mean:+.4g} +- {Z95 * sd:.2g} for the better, the most promising of "
                f"{2 * len(knobs)} moves; "
                f"{len(known)} measured effect{'' if len(known) == 1 else 's'} of {name} so far"
            )
            proposal = Proposal(
                Change(name, float(values[name]), new), mean, mean - Z95 * sd, mean + Z95 * sd, rationale
            )
            best = (score, proposal)
    return best[1] if best else None
