"""A KPI that could be made of a service's series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exporter.metric import Direction


@dataclass(frozen=True)
class Candidate:
    """A KPI that could be.

    Attributes:
        name: as autopilot.yaml calls it.
        how: `ratio`, `mean`, `tail` or `gauge`.
        reading: the keys of its entry in `metrics` that say how it is read.
        direction: which change is good, as its names suggest.
        sure: whether they do; otherwise it is a guess to be looked at.
        unit: of its value.
        level: over what was looked at.
        why: in words, what makes it one.
    """

    name: str
    how: str
    reading: Mapping[str, Any]
    direction: Direction
    sure: bool
    unit: str
    level: float
    why: str
