"""Whatever the history, the priors and the box: never a value outside, of the wrong kind, or NaN."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.decide.learner.aim import Aim
from controller.decide.learner.bank import Prior
from controller.decide.learner.candidates import Box
from controller.decide.learner.guard import Guard
from controller.decide.learner.learner import Learner
from controller.decide.learner.propose import Proposal, propose
from controller.decide.learner.refusal import NoProposal
from controller.decide.learner.space import Axis, Space
from controller.decide.learner.words import rationale
from controller.decide.utility import Term
from exporter.parameters import Value

AWKWARD = st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 5e-324, 1e-160, 1e300, -1e300])
SIZED = st.floats(-1e3, 1e3)
SDS = st.sampled_from([1e-12, 1e-3, 1.0, 1e6])


@dataclass(frozen=True)
class Case:
    """A history, a box and an aim."""

    space: Space
    base: dict[str, Value]
    box: Box
    priors: dict[str, Prior]
    trials: list[tuple[dict[str, Value], dict[str, Value], dict[str, tuple[float, float]]]]
    levels: dict[str, tuple[float, float]]
    aim: Aim


@st.composite
def axes(draw: st.DrawFn, name: str) -> Axis:
    kind = draw(st.sampled_from(["float", "grid", "int", "choice"]))
    if kind == "choice":
        return Axis(name, choices=("a", "b", "c")[: draw(st.integers(2, 3))])
    if kind == "int":
        whole = draw(st.integers(-50, 50))
        return Axis(name, whole, whole + draw(st.integers(1, 100)), 1.0, whole=True)
    low, width = draw(st.floats(-1e3, 1e3)), draw(st.sampled_from([1e-6, 0.5, 10.0, 1e6]))
    return Axis(name, low, low + width, 10.0 ** math.floor(math.log10(width / 100)) if kind == "grid" else 0.0)


def _value(draw: st.DrawFn, axis: Axis) -> Value:
    if axis.choices:
        return draw(st.sampled_from(axis.choices))
    if axis.whole:
        return draw(st.integers(int(axis.low), int(axis.high)))
    return draw(st.floats(axis.low, axis.high))


def _interval(draw: st.DrawFn, axis: Axis, base: float) -> tuple[float, float]:
    """Return an interval: mostly around the base, sometimes a point, contradictory, or none."""
    kind = draw(st.sampled_from(["around", "around", "around", "point", "against", "nan"]))
    if kind == "point":
        return base, base
    if kind == "nan":
        return draw(st.sampled_from([(math.nan, base), (base, math.nan), (-math.inf, math.inf)]))
    low, high = draw(st.floats(axis.low, base)), draw(st.floats(base, axis.high))
    if axis.whole:
        low, high = float(math.ceil(low)), float(math.floor(high))
    return (high, low) if kind == "against" else (low, high)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    space = Space(tuple(draw(axes(f"p{number}")) for number in range(draw(st.integers(1, 6)))))

    def point() -> dict[str, Value]:
        return {axis.name: _value(draw, axis) for axis in space.axes}

    def measured() -> tuple[float, float]:
        return draw(AWKWARD | SIZED), draw(AWKWARD | st.floats(1e-6, 10))

    base, kpis = point(), ("gain", "cost", "lag")
    switches, count = sum(len(axis.choices) for axis in space.choices), len(space.numbers)
    priors = {
        kpi: Prior(
            np.array([draw(st.sampled_from([-1e3, -1.0, 0.0, 1.0])) for _ in range(count)]),
            np.array([draw(SDS) for _ in range(count)]),
            np.array([draw(SDS) for _ in range(switches)]),
            draw(st.sampled_from([0.0, 0.1, 1e3])),
        )
        for kpi in kpis
    }
    box = Box(
        {axis.name: _interval(draw, axis, float(base[axis.name])) for axis in space.numbers if draw(st.booleans())},
        {axis.name: draw(st.lists(st.sampled_from([*axis.choices, "gone"]))) for axis in space.choices},
    )
    limit, margin = st.sampled_from([math.inf, 0.0, 10.0, -10.0]), st.sampled_from([math.inf, 0.1, 10.0])
    guards = (
        Guard("cost", upper=draw(limit), rise=draw(margin)),
        Guard("lag", lower=-draw(limit), rise=draw(margin), fall=draw(margin)),
    )[: draw(st.integers(0, 2))]
    errors = {kpi: draw(st.sampled_from([1e-9, 0.1, 0.1, 1e3, math.inf])) for kpi in kpis}
    terms: tuple[Term, ...] = (
        Term("gain", 1.0, draw(st.sampled_from([1e-3, 1.0])), draw(st.sampled_from([1.0, -1.0]))),
    )
    if draw(st.booleans()):
        terms = (*terms, Term("lag", 2.0, 0.5, 0.0, (-1.0, 1.0)))
    trials = [
        (point(), point(), {kpi: measured() for kpi in kpis if draw(st.booleans())})
        for _ in range(draw(st.integers(0, 8)))
    ]
    levels = {kpi: measured() for kpi in kpis if draw(st.booleans())}
    return Case(space, base, box, priors, trials, levels, Aim("gain", terms, guards, errors, 2.0, 1.6))


def _ask(case: Case, seed: int) -> tuple[Learner, Proposal | NoProposal]:
    learner = Learner(case.space, case.priors)
    for day, (base, tried, effects) in enumerate(case.trials):
        learner.advance(float(day))
        learner.learn(base, tried, effects)
        learner.see_levels(base, case.levels)
    learner.see_levels(case.base, case.levels)
    return learner, propose(learner, case.base, case.box, case.aim, np.random.default_rng(seed))


def _allowed(case: Case, axis: Axis, value: Any) -> bool:
    """Return whether a moved value is of its kind and inside the box."""
    if axis.choices:
        return value in axis.choices and value in case.box.choices.get(axis.name, ())
    low, high = case.box.intervals.get(axis.name, (math.nan, math.nan))
    return type(value) is (int if axis.whole else float) and low <= value <= high


@settings(max_examples=150)
@given(cases(), st.integers(0, 2**32 - 1))
def test_a_proposal_is_always_inside_its_box_of_its_kinds_and_in_numbers(case: Case, seed: int) -> None:
    learner, found = _ask(case, seed)
    if isinstance(found, NoProposal):
        assert found.reason
        assert found.hoped is None or (math.isfinite(found.hoped) and found.hoped >= 0)
        return
    assert set(found.values) == {axis.name for axis in case.space.axes}
    moved = [axis for axis in case.space.axes if found.values[axis.name] != case.base[axis.name]]
    assert moved
    assert all(_allowed(case, axis, found.values[axis.name]) for axis in moved)
    assert math.isfinite(found.gain)
    assert found.gain > 0
    assert 0 < found.chance <= 1
    for one in found.forecasts:
        assert math.isfinite(one.effect)
        assert one.low <= one.true_low <= one.effect <= one.true_high <= one.high
    assert "nan" not in rationale(found, case.base, learner, case.aim)


@settings(max_examples=20)
@given(cases(), st.integers(0, 2**32 - 1))
def test_the_same_history_and_seed_propose_the_same(case: Case, seed: int) -> None:
    assert _ask(case, seed)[1] == _ask(case, seed)[1]
