"""Evidence from Prometheus: aligned range queries on the scrape grid, one query per KPI for all arms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from controller.adapters import tracks
from controller.adapters.answer import Answer, Content, PartialError
from controller.adapters.prometheus import Prometheus
from controller.config.config import Config
from controller.decide.pairing import pair
from controller.model import (
    ArmSeries,
    Floats,
    JudgedKpi,
    KpiCourse,
    KpiEvidence,
    KpiSample,
    Level,
    PairedSeries,
    Track,
    Window,
)
from exporter import names, promql
from exporter.metric import GaugeReading

FRESH = 1.5  # scrape intervals after which a gauge's value is stale
_TIMES_APART = 1e-3  # seconds within which two timestamps are one point of the grid


def grid(start: float, end: float, step: float) -> Floats:
    """Return the multiples of `step` from `start` to `end`, both inclusive where they are multiples; shape [T]."""
    first, last = np.ceil(start / step - 1e-9), np.floor(end / step + 1e-9)
    return np.arange(first, last + 1) * step


def inside(times: Floats, windows: tuple[Window, ...], *, after: float, before: float = 0.0) -> Floats:
    """Return 1 for times in start + after <= t <= end + before of any window, else 0; shape [T]."""
    keep = np.zeros(times.size)
    for window in windows:
        keep[(times >= window.start + after) & (times <= window.end + before)] = 1.0
    return keep


def _on_grid(times: Floats, at: Floats, values: Floats) -> Floats:
    """Return values at the grid's times, NaN where there is none."""
    placed = np.full(times.size, np.nan)
    if times.size:
        index = np.clip(np.searchsorted(times, at - _TIMES_APART), 0, times.size - 1)
        hit = np.abs(times[index] - at) < _TIMES_APART
        placed[index[hit]] = values[hit]
    return placed


def increments(counter: Floats) -> Floats:
    """Return a counter's increment since the point before, [T]; after a reset it counts from zero; NaN at gaps."""
    steps = np.diff(counter, prepend=np.nan)
    return np.where(steps < 0, counter, steps)


def gauge_arms(answer: Answer, times: Floats) -> dict[str, ArmSeries]:
    """Return the arms of a gauge's answer on the grid; infinities count as missing."""
    arms = {}
    for series in answer.series:
        values = _on_grid(times, series.times, series.values)
        values[~np.isfinite(values)] = np.nan
        arms[series.labels.get(names.VARIANT, "")] = ArmSeries(values, np.where(np.isnan(values), 0.0, 1.0))
    return arms


def counter_arms(answer: Answer, times: Floats) -> dict[str, ArmSeries]:
    """Return the arms of a counter query's answer: increments summed over instances, events over trials."""
    totals: dict[str, dict[str, list[Floats]]] = {}
    for series in answer.series:
        arm = totals.setdefault(series.labels.get(names.VARIANT, ""), {promql.EVENTS: [], promql.TRIALS: []})
        arm[series.labels[promql.PART]].append(increments(_on_grid(times, series.times, series.values)))
    arms = {}
    for name, parts in totals.items():
        if not parts[promql.TRIALS]:
            continue
        trials = np.nansum(parts[promql.TRIALS], axis=0)
        seen = ~np.all(np.isnan(parts[promql.TRIALS]), axis=0)
        events = np.nansum(parts[promql.EVENTS], axis=0) if parts[promql.EVENTS] else np.zeros(times.size)
        good = seen & np.isfinite(trials) & np.isfinite(events)
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.where(trials > 0, events / trials, 0.0)  # without trials the weight is 0, the value is moot
        arms[name] = ArmSeries(np.where(good, values, np.nan), np.where(good, trials, 0.0))
    return arms


def _counted(judged: JudgedKpi) -> bool:
    """Return whether a KPI is read from counters."""
    return not isinstance(judged.kpi.reading, GaugeReading)


Shares = tuple[tuple[float, Mapping[str, float]], ...]
"""Since when (unix seconds) the arms have had which shares of the units, oldest first."""


def odds(times: Floats, shares: Shares, comparison: tuple[str, ...]) -> Floats:
    """Return the canary's planned share over the comparison arms', at each time [T]."""
    ratios = np.array([now[names.CANARY] / sum(now[arm] for arm in comparison) for _, now in shares])
    since = np.searchsorted([at for at, _ in shares], times, side="right") - 1
    found: Floats = ratios[np.maximum(since, 0)]
    return found


class PrometheusEvidence:
    """Reads a service's KPIs as its configuration names them."""

    def __init__(self, config: Config, prometheus: Prometheus) -> None:
        self._config = config
        self._prometheus = prometheus
        self._histories: tuple[tuple[float, tuple[Window, ...]], dict[str, PairedSeries]] | None = None

    def levels(self, at: float, window: float) -> tuple[Level, ...]:
        """Return every KPI's level in the control arm over `window` seconds before `at`. Raises PrometheusError."""
        found = []
        control = (*self._config.selector, (names.VARIANT, names.CONTROL))
        for judged in self._config.judged:
            query = promql.level(judged.kpi, promql.duration(window), selector=control)
            scalar = self._prometheus.scalar(query, at)
            usable = scalar.content in (Content.NUMBER, Content.PARTIAL) and np.isfinite(scalar.value)
            found.append(Level(judged.kpi.name, scalar.content, scalar.value if usable else None))
        return tuple(found)

    def courses(self, at: float, window: float) -> tuple[KpiCourse, ...]:
        """Return how every judged KPI went in the control arm: at most two queries for each. Raises PrometheusError."""
        return tuple(tracks.read(self._prometheus, self._config, item, at, window) for item in self._config.judged)

    def hours(self, at: float, span: float) -> Mapping[str, Track]:
        """Return every judged KPI's levels hour by hour: one query for each. Raises PrometheusError."""
        return {
            item.kpi.name: tracks.hours(self._prometheus, self._config, item, at, span) for item in self._config.judged
        }

    def firing(self, at: float) -> tuple[str, ...]:
        """Return the names of firing alerts that hold a canary. Raises PrometheusError."""
        matches = (("alertstate", "firing"), *self._config.incidents.match.items())
        inside_braces = ",".join(promql.matcher(label, value) for label, value in matches)
        answer = self._prometheus.instant(f"ALERTS{{{inside_braces}}}", at)
        return tuple(sorted({series.labels.get("alertname", "?") for series in answer.series}))

    def samples(
        self,
        exposed: tuple[Window, ...],
        excluded: tuple[Window, ...],
        started_at: float,
        now: float,
        shares: Shares = (),
    ) -> tuple[KpiSample, ...]:
        """Return the evidence on every judged KPI; the A/A history is read once per canary. Raises PrometheusError."""
        found = (self._sample(judged, exposed, excluded, started_at, now) for judged in self._config.judged)
        return tuple(self._expecting(sample, shares) for sample in found) if shares else tuple(found)

    def _expecting(self, sample: KpiSample, shares: Shares) -> KpiSample:
        """Return the sample with the traffic that the canary arm was planned to have at each point."""
        canary, arms = sample.evidence.canary, sample.evidence.judged.kpi.comparison
        usual: dict[str, float] = {arm: self._config.canary.weights[arm] for arm in names.ARMS}
        planned = odds(canary.times, shares, arms) / odds(canary.times, ((0.0, usual),), arms)
        return replace(sample, evidence=replace(sample.evidence, canary=replace(canary, traffic=planned)))

    def _sample(
        self,
        judged: JudgedKpi,
        exposed: tuple[Window, ...],
        excluded: tuple[Window, ...],
        started_at: float,
        now: float,
    ) -> KpiSample:
        step = self._config.prometheus.scrape_interval
        query = promql.evidence(judged.kpi, self._config.selector, FRESH * step)
        history = self._history(judged, query, excluded, started_at)
        times = grid(started_at, now - step / 2, step)
        arms, digest = self._arms(judged, query, times) if times.size else ({}, "")
        keep = inside(times, exposed, after=self._config.canary.warmup + step)
        canary = pair(times, arms, judged.kpi.comparison, keep, counted=_counted(judged))
        return KpiSample(KpiEvidence(judged, canary, history), query, digest)

    def _history(self, judged: JudgedKpi, query: str, excluded: tuple[Window, ...], started_at: float) -> PairedSeries:
        key = (started_at, excluded)
        if self._histories is None or self._histories[0] != key:
            self._histories = (key, {})
        known = self._histories[1]
        if judged.kpi.name not in known:
            step = self._config.prometheus.scrape_interval
            times = grid(started_at - self._config.canary.history, started_at - step / 2, step)
            arms, _ = self._arms(judged, query, times)
            keep = 1.0 - inside(times, excluded, after=-step, before=self._config.canary.warmup + step)
            known[judged.kpi.name] = pair(times, arms, judged.kpi.comparison, keep, counted=_counted(judged))
        return known[judged.kpi.name]

    def _arms(self, judged: JudgedKpi, query: str, times: Floats) -> tuple[dict[str, ArmSeries], str]:
        step = self._config.prometheus.scrape_interval
        answer = self._prometheus.range(query, float(times[0]), float(times[-1]), step)
        if answer.partial:
            raise PartialError(
                f"{judged.kpi.name}: Prometheus warns that data may be missing: {'; '.join(answer.warnings)}"
            )
        digest = hashlib.sha256()
        for series in sorted(answer.series, key=lambda series: sorted(series.labels.items())):
            digest.update(repr(sorted(series.labels.items())).encode())
            digest.update(series.times.tobytes() + series.values.tobytes())
        read = counter_arms if _counted(judged) else gauge_arms
        return read(answer, times), digest.hexdigest()
