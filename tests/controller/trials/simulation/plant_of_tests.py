"""Small plants and proposers whose figures can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from controller.trials.simulation.plant import CheckedPlant
from controller.trials.simulation.task import Box, Estimate, Idea, Proposer, Task, Trial, Values

BOUNDS = {"a": (0.0, 1.0), "b": (-2.0, 2.0), "c": (10.0, 500.0)}


class Bowl:
    """Three parameters, a quadratic primary response with its best point at 0.7 of each width, one guardrail."""

    bounds = BOUNDS
    start = {name: low + 0.4 * (high - low) for name, (low, high) in BOUNDS.items()}  # noqa: RUF012 - a plant's attribute
    primary = "value"
    guardrails = {"load": 2.4}  # noqa: RUF012

    def __init__(self, canary_se: float = 0.1) -> None:
        self.canary_se = canary_se

    def response(self, values: dict[str, float], day: float) -> dict[str, float]:  # noqa: ARG002 - it does not drift
        """Return 3 at the best point, 1.92 at the start."""
        unit = [(values[name] - low) / (high - low) for name, (low, high) in BOUNDS.items()]
        return {"value": 3 - 4 * sum((one - 0.7) ** 2 for one in unit), "load": sum(unit)}

    def best(self, day: float) -> float:  # noqa: ARG002
        """Return the top, which the limit does not cut off."""
        return 3.0


class Line:
    """One parameter x in [0, 1]: value is x, load x + `rise` a day, its limit 0.5; the best is said to be 1."""

    bounds = {"x": (0.0, 1.0)}  # noqa: RUF012
    start = {"x": 0.0}  # noqa: RUF012
    primary = "value"
    guardrails = {"load": 0.5}  # noqa: RUF012

    def __init__(self, canary_se: float = 1e-4, rise: float = 0.0) -> None:
        self.canary_se, self._rise = canary_se, rise

    def response(self, values: dict[str, float], day: float) -> dict[str, float]:
        """Return both."""
        return {"value": values["x"], "load": values["x"] + self._rise * day}

    def best(self, day: float) -> float:  # noqa: ARG002
        """Return 1."""
        return 1.0


def bowl(canary_se: float = 0.1) -> CheckedPlant:
    """Return it, checked."""
    return CheckedPlant(Bowl(canary_se), "bowl")


def line(canary_se: float = 1e-4, rise: float = 0.0) -> CheckedPlant:
    """Return it, checked."""
    return CheckedPlant(Line(canary_se, rise), "line")


class Says:
    """Proposes what a function answers to the values in force, and notes all it is told."""

    def __init__(self, answer: Callable[[Values, Box, np.random.Generator], Idea | None]) -> None:
        self._answer = answer
        self.levels: list[tuple[float, Values, Mapping[str, Estimate]]] = []
        self.trials: list[Trial] = []

    def observe(self, day: float, values: Values, levels: Mapping[str, Estimate]) -> None:
        self.levels.append((day, values, levels))

    def propose(self, day: float, values: Values, box: Box, rng: np.random.Generator) -> Idea | None:  # noqa: ARG002
        return self._answer(values, box, rng)

    def learn(self, trial: Trial) -> None:
        self.trials.append(trial)


def says(
    answer: Callable[[Values, Box, np.random.Generator], Idea | None],
) -> Callable[[Task, np.random.Generator], Proposer]:
    """Return the maker of such a proposer."""
    return lambda _task, _rng: Says(answer)


def up(values: Values, box: Box, rng: np.random.Generator) -> Idea | None:  # noqa: ARG001 - as `Says` asks
    """Propose the upper end of every interval."""
    return Idea({name: high for name, (_, high) in box.items()})


def anywhere(values: Values, box: Box, rng: np.random.Generator) -> Idea | None:  # noqa: ARG001
    """Propose a point of the box, all equally likely."""
    return Idea({name: float(rng.uniform(*pair)) for name, pair in box.items()})
