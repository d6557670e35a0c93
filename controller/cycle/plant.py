"""Watches the KPIs' levels: asks Prometheus at most once in a while, and remembers what its last answer means."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from controller.adapters.answer import PrometheusError
from controller.config.config import Config
from controller.decide.drift.plant import watch
from controller.decide.drift.reading import Reading
from controller.journal.state import State
from controller.model import Track
from controller.ports import Evidence
from exporter.seconds import HOUR

RETRY = 300.0  # seconds after a failure until Prometheus is asked again

Tell = Callable[[tuple[Reading, ...], float], None]
"""Hears readings, and when (unix seconds) Prometheus gave the answer that they rest on."""


class PlantWatch:
    """Fulfils `Plant`. What it remembers is a cache: a restart asks again and finds the same.

    Args:
        config: which KPIs, and how they are watched.
        evidence: reads them.
        tell: hears every new set of readings.
    """

    def __init__(self, config: Config, evidence: Evidence, tell: Tell = lambda _readings, _at: None) -> None:
        self._config, self._evidence, self._tell = config, evidence, tell
        self._next = -math.inf
        self._answered = 0.0
        self._tracks: Mapping[str, Track] = {}
        self._answers = 0
        self._known: tuple[object, tuple[Reading, ...]] = (None, ())

    def readings(self, state: State, now: float) -> tuple[Reading, ...]:
        """Return what every KPI's level says; the last answer while Prometheus gives none, nothing before the first."""
        if now >= self._next or now < self._next - max(self._config.drift.plant.every, RETRY):  # the clock went back
            try:
                self._tracks = tracks(self._config, self._evidence, now)
                self._next = now + self._config.drift.plant.every
                self._answers += 1
                self._answered = now
            except PrometheusError:
                self._next = now + RETRY
        key = (self._answers, state.drift.changes, state.drift.records)
        if self._known[0] != key:
            self._known = (key, watched(self._config, state, self._tracks))
            self._tell(self._known[1], self._answered)
        return self._known[1]


def tracks(config: Config, evidence: Evidence, now: float) -> Mapping[str, Track]:
    """Return every KPI's hours up to the last full one. Raises PrometheusError."""
    policy = config.drift.policy.plant
    return evidence.hours(math.floor(now / HOUR) * HOUR, policy.baseline + policy.watch)


def watched(config: Config, state: State, found: Mapping[str, Track]) -> tuple[Reading, ...]:
    """Return what every KPI's hours say, those without an answer left out."""
    policy = config.drift.policy.plant
    return tuple(
        watch(judged, found[judged.kpi.name], changes(state, judged.kpi.name), policy)
        for judged in config.judged
        if judged.kpi.name in found
    )


def changes(state: State, kpi: str) -> tuple[float, ...]:
    """Return when a KPI's level moved for a reason that is known: changes of values, and drift that was told."""
    told = (
        one.at if one.found.began is None else one.found.began
        for one in state.drift.records
        if one.found.cause == "plant" and one.found.kpi == kpi
    )
    return tuple(sorted({*state.drift.changes, *told}))
