"""What holds for every proposer: inside the box whatever happened, repeatable, and better than doing nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.errors import ConfigError
from controller.model import Verdict
from controller.trials.simulation.plant import CheckedPlant
from controller.trials.simulation.plants.made import Kind, Made
from controller.trials.simulation.proposers import PROPOSERS, proposer
from controller.trials.simulation.task import Box, Estimate, Task, Trial, Values
from controller.trials.simulation.world import Setting, World

BASELINES = tuple(name for name in PROPOSERS if name not in ("kalman", "static"))
BOUNDS = {"temperature": (0.0, 1.0), "timeout": (10.0, 500.0), "bias": (-0.5, 0.5)}
TASK = Task(
    bounds=BOUNDS,
    start={"temperature": 0.5, "timeout": 100.0, "bias": 0.0},
    primary="value",
    limits={"load": 1.0},
    canary_se=0.12,
    level_se=0.04,
    canaries_per_day=2.0,
)
NUMBER = st.floats(-1e3, 1e3)
ESTIMATES: st.SearchStrategy[dict[str, Estimate]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"value": NUMBER, "load": NUMBER}).map(
        lambda means: {name: Estimate(mean, 0.12) for name, mean in means.items()}
    ),
)


@st.composite
def a_box(draw: st.DrawFn) -> tuple[Values, Box]:
    """Return values in force inside the bounds, often at their edge, and a box around them, often without width."""
    values, box = {}, {}
    for name, (low, high) in BOUNDS.items():
        share, down, up = draw(st.sampled_from((0.0, 0.3, 1.0))), draw(SLACK), draw(SLACK)
        values[name] = low + share * (high - low)
        box[name] = (max(low, values[name] - down * (high - low)), min(high, values[name] + up * (high - low)))
    return values, box


SLACK = st.sampled_from((0.0, 0.02, 0.1, 1.0))
HISTORY = st.lists(st.tuples(a_box(), ESTIMATES, ESTIMATES, st.sampled_from(Verdict)), max_size=18)


def inside(values: Values, box: Box) -> bool:
    return set(values) == set(box) and all(low <= values[name] <= high for name, (low, high) in box.items())


@pytest.mark.parametrize("name", BASELINES)
@settings(max_examples=15, deadline=None)
@given(history=HISTORY, last=a_box())
def test_proposals_are_inside_the_box_whatever_happened_and_asking_changes_nothing(
    name: str,
    history: list[tuple[tuple[Values, Box], Mapping[str, Estimate], Mapping[str, Estimate], Verdict]],
    last: tuple[Values, Box],
) -> None:
    chooser = proposer(name)(TASK, np.random.default_rng(1))
    for index, ((values, box), levels, effects, verdict) in enumerate([*history, (last, {}, {}, Verdict.BLIND)]):
        day = index / 2
        chooser.observe(day, values, levels)
        idea = chooser.propose(day, values, box, np.random.default_rng(index))
        again = chooser.propose(day, values, box, np.random.default_rng(index))
        assert idea == again
        tried = values if idea is None else idea.values
        assert inside(tried, box)
        if idea is not None:
            for found in idea.predicted.values():
                assert found.low <= found.effect <= found.high
                assert np.isfinite(found).all()
        chooser.learn(Trial(day, values, tried, effects, verdict))


@pytest.mark.parametrize("name", BASELINES)
def test_it_works_without_any_history(name: str) -> None:
    box = {name: (low, high) for name, (low, high) in BOUNDS.items()}
    idea = proposer(name)(TASK, np.random.default_rng(2)).propose(0.0, TASK.start, box, np.random.default_rng(2))
    assert idea is not None
    assert inside(idea.values, box)


@pytest.mark.parametrize("name", BASELINES)
def test_where_nothing_can_move_nothing_moves(name: str) -> None:
    box = {name: (value, value) for name, value in TASK.start.items()}
    idea = proposer(name)(TASK, np.random.default_rng(2)).propose(0.0, TASK.start, box, np.random.default_rng(2))
    assert idea is None or idea.values == TASK.start


@pytest.mark.parametrize("name", BASELINES)
def test_it_gains_where_hardly_any_noise_hides_the_slope_and_repeats_itself(name: str) -> None:
    plant = CheckedPlant(Made(Kind("quadratic", 3, canary_se=0.01, moves=False), seed=5), "still")
    setting = Setting(days=20)
    runs = [World(plant, proposer(name), setting, seed=3).run() for _ in range(2)]
    assert runs[0] == runs[1]
    regret = runs[0].regret
    assert regret is not None
    assert regret < 0.6
    assert World(plant, proposer(name), setting, seed=4).run().regret != regret


def test_an_unknown_proposer_is_named_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="unknown proposer 'cmaez'; did you mean 'cmaes'"):
        proposer("cmaez")


def test_a_missing_package_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cmaes", None)
    monkeypatch.delitem(sys.modules, "controller.trials.simulation.proposers.cmaes_", raising=False)
    with pytest.raises(
        ConfigError, match="proposer 'cmaes' needs the package 'cmaes', which is not installed: install"
    ):
        proposer("cmaes")


def test_a_proposers_library_is_imported_only_when_it_is_asked_for() -> None:
    program = (
        "import sys; from controller.trials.simulation.proposers import proposer; proposer('random');"
        "assert not {'optuna', 'cmaes', 'sqlalchemy'} & set(sys.modules), 'too early'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
