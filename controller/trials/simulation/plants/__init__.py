"""Builtin plants by name: shape of the response, number of parameters, measurement noise; optimum drifts and jumps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from controller.trials.simulation.plants.made import Kind, Made
from controller.trials.simulation.plants.shape import SHAPES

NOISE = {"low": 0.12, "high": 0.3}
"""Standard error of an effect that one canary measures; the best safe values are 1.5 to 4.5 above the start."""

BUILTIN: dict[str, Callable[[int], Made]] = {
    f"{shape}-{parameters}-{noise}": partial(Made, Kind(shape, parameters, se))
    for shape in SHAPES
    for parameters in (3, 5, 10)
    for noise, se in NOISE.items()
}
DEFAULT = "quadratic-5-low"
