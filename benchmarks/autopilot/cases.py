"""What is played: a plant and how a run goes, in sections of the page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from controller.trials.simulation.plants import BUILTIN, DEFAULT
from controller.trials.simulation.setting import Setting

OURS: Final = "kalman"
SHOWN: Final = DEFAULT  # the case whose course and predictions are drawn
_FEW: Final = ("quadratic-5-low", "bent-5-low")


class Section(StrEnum):
    """Parts of the page."""

    EFFECT = "Two canaries a day"
    CADENCE = "One canary a day"
    SERIES = "Series level"


@dataclass(frozen=True)
class Case:
    """A plant and how it is played.

    Attributes:
        name: unique.
        section: where it is shown.
        plant: name of a builtin plant.
        setting: how a run goes.
        portion: of the seeds asked for.
        proposers: who plays it; None for all that are asked for.
    """

    name: str
    section: Section
    plant: str
    setting: Setting
    portion: float = 1.0
    proposers: tuple[str, ...] | None = None

    def seeds(self, asked: int) -> int:
        """Return on how many seeds it is played."""
        return max(1, math.ceil(self.portion * asked))


def find() -> dict[str, Case]:
    """Return every case by its name, in the order of the page."""
    return {case.name: case for case in _all()}


def _all() -> Iterator[Case]:
    for plant in BUILTIN:
        yield Case(plant, Section.EFFECT, plant, Setting())
    for plant in _FEW:
        yield Case(f"{plant}, daily", Section.CADENCE, plant, Setting(canaries_per_day=1.0), portion=0.5)
    for plant in _FEW:
        series = Setting(level="series")
        yield Case(f"{plant}, series", Section.SERIES, plant, series, portion=0.25)
