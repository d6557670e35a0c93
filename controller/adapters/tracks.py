"""Levels over adjoining stretches: coarse enough that a day of a KPI is one cheap range query."""

from __future__ import annotations

import math

import numpy as np

from controller.adapters.prometheus import Prometheus
from controller.config.config import Config
from controller.decide.analysis.season import worth
from controller.model import JudgedKpi, KpiCourse, Track, Window
from exporter import names, promql
from exporter.seconds import DAY, HOUR

STRETCHES = 240  # of a window, at most
LEAST_SCRAPES = 5  # in a stretch, so that a rate has points to go by
PAST_DAYS = 7


def step(window: float, scrape: float) -> float:
    """Return the seconds of a stretch: whole scrape intervals, and at most `STRETCHES` to a window."""
    return scrape * max(LEAST_SCRAPES, math.ceil(window / scrape / STRETCHES - 1e-9))


def read(prometheus: Prometheus, config: Config, judged: JudgedKpi, at: float, window: float) -> KpiCourse:
    """Return how a KPI went in the control arm. Raises PrometheusError.

    Args:
        prometheus: where the samples are.
        config: how often they are scraped, and which service is meant.
        judged: the KPI.
        at: end of the window, unix seconds.
        window: its length in seconds; a part of a stretch at its beginning is left out. The days before are asked for,
            hour by hour, only when the window is long enough for hours to differ within it.
    """
    length = step(window, config.prometheus.scrape_interval)
    start = at - math.floor(window / length + 1e-9) * length
    recent = _track(prometheus, config, judged, Window(start, at), length)
    until = math.floor((at - window) / HOUR) * HOUR
    if not worth(window):
        return KpiCourse(judged.kpi.name, recent, Track(until, until, HOUR, np.empty(0), np.empty(0)))
    return KpiCourse(
        judged.kpi.name, recent, _track(prometheus, config, judged, Window(until - PAST_DAYS * DAY, until), HOUR)
    )


def hours(prometheus: Prometheus, config: Config, judged: JudgedKpi, at: float, span: float) -> Track:
    """Return a KPI's levels hour by hour in the control arm, over whole hours up to `at`. Raises PrometheusError."""
    return _track(prometheus, config, judged, Window(at - math.floor(span / HOUR) * HOUR, at), HOUR)


def _track(prometheus: Prometheus, config: Config, judged: JudgedKpi, span: Window, length: float) -> Track:
    """Return the levels over adjoining stretches; a partial answer has gaps, which the analysis tells."""
    if span.seconds < length:
        return Track(span.end, span.end, length, np.empty(0), np.empty(0))
    control = (*config.selector, (names.VARIANT, names.CONTROL))
    query = promql.level(judged.kpi, promql.duration(length), selector=control)
    answer = prometheus.range(query, span.start + length, span.end, length)
    times = np.concatenate([np.empty(0), *(series.times for series in answer.series)])
    values = np.concatenate([np.empty(0), *(series.values for series in answer.series)])
    return Track(span.start, span.end, length, times, values)
