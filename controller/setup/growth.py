"""What each metric of a service grew by, or held, in the time that was looked at. Pure: series -> metrics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from controller.adapters.answer import Series


@dataclass
class Grown:
    """One metric's series: what each grew by, by its labels, and all values that they held."""

    name: str
    grown: dict[tuple[tuple[str, str], ...], float] = field(default_factory=dict)
    values: list[float] = field(default_factory=list)

    @property
    def total(self) -> float:
        """By how much all its series grew."""
        return sum(self.grown.values())

    def by(self, label: str) -> dict[str, float]:
        """Return how much grew under each value of a label."""
        found: dict[str, float] = defaultdict(float)
        for labels, grown in self.grown.items():
            found[dict(labels).get(label, "")] += grown
        return dict(found)


def by_metric(series: Iterable[Series]) -> dict[str, Grown]:
    """Return each metric by its name; a counter that began again counts from zero."""
    found: dict[str, Grown] = {}
    for one in series:
        name = one.labels.get("__name__", "")
        metric = found.setdefault(name, Grown(name))
        values = one.values[np.isfinite(one.values)]
        if values.size:
            steps = np.diff(values)
            labels = tuple(sorted((key, value) for key, value in one.labels.items() if key != "__name__"))
            metric.grown[labels] = float(np.where(steps < 0, values[1:], steps).sum())
            metric.values.extend(float(value) for value in values)
    return found
