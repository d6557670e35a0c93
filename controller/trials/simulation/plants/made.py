"""A plant drawn at random: an optimum that drifts every day and jumps once, and two guardrails that drift a little.

The primary response is measured so that the best safe values are 1.5 to 4.5 above the start on the first day. The start
keeps both guardrails with room to spare; the unconstrained optimum often does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from controller.model import Floats
from controller.trials.simulation.plants.climb import highest
from controller.trials.simulation.plants.shape import SHAPES

WIDTHS = ((0.0, 1.0), (0.1, 2.0), (-0.5, 0.5), (1.0, 40.0), (10.0, 500.0))
"""Bounds of the parameters, in turn: units differ, as those of real parameters do."""
DRIFT = 0.12  # of the bounds' width, per parameter and month (root mean square); as much again in one jump
GUARD_DRIFT = 0.05  # of a guardrail's level, standard deviation per month
LEAST_ROOM = 0.4  # that the start leaves to each limit
GUARDRAILS = ("load", "errors")


@dataclass(frozen=True)
class Kind:
    """What a plant is drawn from.

    Attributes:
        shape: of the primary response, one of `shape.SHAPES`.
        parameters: how many.
        canary_se: standard error of an effect that one canary measures.
        moves: whether optimum and guardrails drift and jump.
    """

    shape: str
    parameters: int
    canary_se: float
    moves: bool = True


class Made:
    """A plant; see controller.trials.simulation.plant.Plant for the meaning of its attributes."""

    def __init__(self, kind: Kind, seed: int) -> None:
        self._kind, self._loss = kind, SHAPES[kind.shape]
        rng = np.random.default_rng([seed, kind.parameters, sorted(SHAPES).index(kind.shape)])
        while not self._draw(rng):
            pass
        self.bounds = {f"p{i + 1}": WIDTHS[i % len(WIDTHS)] for i in range(kind.parameters)}
        self._low = np.array([low for low, _ in self.bounds.values()])
        self._width = np.array([high for _, high in self.bounds.values()]) - self._low
        self.start = dict(zip(self.bounds, (self._low + self._begin * self._width).tolist(), strict=True))
        self.primary = "value"
        self.guardrails = dict(zip(GUARDRAILS, self._limits.tolist(), strict=True))
        self.canary_se = kind.canary_se
        self._bests: dict[int, Floats] = {}

    def response(self, values: dict[str, float], day: float) -> dict[str, float]:
        """Return the true mean of every response."""
        at = ((np.array([values[name] for name in self.bounds]) - self._low) / self._width)[None]
        guards = self._guards(at, day)[0].tolist()
        return {"value": float(self._value(at, day)[0]), **dict(zip(GUARDRAILS, guards, strict=True))}

    def best(self, day: float) -> float:
        """Return the highest primary response whose guardrails keep their limits; the same for the whole day."""
        number = int(day)
        if number not in self._bests:
            near = (self._begin, *([self._bests[number - 1]] if number - 1 in self._bests else []))
            self._bests[number] = self._search(number, np.stack([*near, self._optimum(number)]))
        return float(self._value(self._bests[number][None], number)[0])

    def _draw(self, rng: np.random.Generator) -> bool:
        """Draw a plant; return whether it is fit for use."""
        count, moves = self._kind.parameters, float(self._kind.moves)
        self._scale = 1.0
        self._centre, self._begin = rng.uniform(0.15, 0.85, count), rng.uniform(0.2, 0.8, count)
        weight = rng.lognormal(0.0, 0.5, count)
        twist = rng.normal(0.0, 0.15, (count, count))
        twist = (twist + twist.T) / 2 * np.sqrt(np.outer(weight, weight))
        self._curvature = np.diag(weight) + twist - np.diag(np.diag(twist))
        self._wander, self._jump = (_direction(rng, count) * DRIFT * np.sqrt(count) * moves for _ in range(2))
        self._jump_day = int(rng.integers(8, 23))
        self._slope = np.stack([_direction(rng, count) * 2 for _ in GUARDRAILS])
        self._bend = rng.uniform(-0.2, 0.6, self._slope.shape)
        self._guard_drift = rng.normal(0.0, GUARD_DRIFT, len(GUARDRAILS)) * moves
        first, last = self._guards(np.stack([self._begin, self._centre]), 0.0)
        self._limits = np.maximum(first + LEAST_ROOM, first + (last - first) * rng.uniform(0.5, 1.3, first.size))
        if np.linalg.eigvalsh(self._curvature).min() <= 0.1:  # noqa: PLR2004 - nearly flat in some direction
            return False
        start = self._begin[None]
        found = self._search(0.0, np.stack([self._begin, self._centre]))[None]
        gap = float(self._value(found, 0.0)[0] - self._value(start, 0.0)[0])
        if gap <= 0.15:  # noqa: PLR2004 - the start is nearly the best already
            return False
        self._scale = rng.uniform(1.5, 4.5) / gap
        return True

    def _optimum(self, day: float) -> Floats:
        """Return where the unconstrained optimum is, [d]; it moves at midnight."""
        number = int(day)
        moved = self._centre + self._wander * number / 30 + (self._jump if number >= self._jump_day else 0.0)
        optimum: Floats = np.clip(moved, 0.02, 0.98)
        return optimum

    def _value(self, at: Floats, day: float) -> Floats:
        return -self._scale * self._loss(at - self._optimum(day), self._curvature)

    def _guards(self, at: Floats, day: float) -> Floats:
        away = at - 0.5
        guards: Floats = away @ self._slope.T + away**2 @ self._bend.T + self._guard_drift * int(day) / 30
        return guards

    def _search(self, day: float, near: Floats) -> Floats:
        def safe_value(at: Floats) -> Floats:
            return np.where((self._guards(at, day) <= self._limits).all(1), self._value(at, day), -np.inf)

        return highest(safe_value, near)


def _direction(rng: np.random.Generator, count: int) -> Floats:
    drawn = rng.normal(size=count)
    unit: Floats = drawn / np.linalg.norm(drawn)
    return unit
