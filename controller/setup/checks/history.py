"""How far back do the KPIs reach: noise, drift and analysis each need their stretch."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from controller.adapters.answer import PrometheusError
from controller.adapters.prometheus import Prometheus
from controller.adapters.prometheus_about import PrometheusAbout
from controller.config.config import Config
from controller.decide.needed import needed_history
from controller.duration import duration
from controller.model import JudgedKpi
from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient, parts
from exporter import names, promql
from exporter.seconds import DAY

NAME = "history"
STEPS = 336  # looks over the whole stretch: one each half hour of a week
_TELL = Teller(NAME)


def wanted(patient: Patient) -> float:
    """Return the seconds of history that everything configured needs: canaries, and levels compared week by week."""
    config = patient.config
    levels = 0.0 if config.drift.plant.action == "off" else config.drift.plant.baseline + config.drift.plant.watch
    return max(config.canary.history, levels)


def look(patient: Patient) -> Iterator[Finding]:
    """Look how far back each KPI reaches, at the shortest. Raises PrometheusError."""
    config, now = patient.config, patient.clock.now()
    with patient.prometheus() as prometheus:
        spans = {judged.kpi.name: _span(patient, prometheus, judged, now) for judged in config.judged}
    shortest = min(spans, key=lambda name: spans[name])
    span, step = spans[shortest], config.prometheus.scrape_interval
    points, needed = int(span / step), needed_history(config.policy)
    figures = {"seconds": span, "points": points, "needed_points": needed, "kpi": shortest, "kpis": spans}
    found = f"{duration(span)} of {shortest}, the shortest: {points} points"
    if points < needed:
        wait = duration((needed - points) * step)
        yield _TELL.fail(
            f"{found}; no canary starts below {needed} ({_whence(config, needed)})",
            f"let the service run with equal arms for {wait} more",
            **figures,
        )
    elif span < 0.95 * config.canary.history:
        yield _TELL.warn(
            f"{found}; noise is read from {duration(config.canary.history)} (canary.history)",
            "canaries run, and show large effects only; it betters by itself",
            **figures,
        )
    elif span < 0.95 * wanted(patient):
        yield _TELL.warn(
            f"{found}; levels are compared with earlier days from {duration(wanted(patient))} on (drift.plant)",
            "nothing to do; until then the other signs of drift are watched",
            **figures,
        )
    else:
        yield _TELL.ok(f"at least {duration(span)} of every KPI: enough for canaries and for drift", **figures)
    yield from _retention(patient)


def _whence(config: Config, needed: int) -> str:
    enough = needed == config.canary.minimum_history
    return "canary.minimum_history" if enough else f"a canary of {duration(config.canary.duration)} needs as many"


def _span(patient: Patient, prometheus: Prometheus, judged: JudgedKpi, now: float) -> float:
    """Return for how many seconds to `now` a KPI's canary arm has been there, as far as is wanted."""
    query = f"count({parts(judged.kpi)[0].query((*patient.config.selector, (names.VARIANT, names.CANARY)))})"
    reach, first = wanted(patient), now
    while True:  # from coarse to fine: Prometheus repeats a sample for five minutes
        step = max(reach / STEPS, 1.0)
        answer = prometheus.range(query, now - reach, now, step)
        times = np.concatenate([series.times for series in answer.series]) if answer.series else np.array([now])
        first = float(times.min())
        if step <= 1.0 or now - first > reach / 10:
            return now - first
        reach = max((now - first) + 2 * step, STEPS * 1.0)


def _retention(patient: Patient) -> Iterator[Finding]:
    """Say when Prometheus keeps less than is needed, where it tells."""
    try:
        with patient.about() as about:
            kept = _kept(about)
    except PrometheusError:
        return
    needed = wanted(patient)
    if kept is not None and kept < needed:
        yield _TELL.warn(
            f"Prometheus keeps {duration(kept)}",
            f"start it with --storage.tsdb.retention.time={math.ceil(needed / DAY)}d or more",
            retention_seconds=kept,
        )


def _kept(about: PrometheusAbout) -> float | None:
    """Return how long Prometheus keeps samples, None when it does not say."""
    data = about.get("status/runtimeinfo").data
    text = str(data.get("storageRetention", "")) if isinstance(data, dict) else ""
    return promql.seconds(text.partition(" ")[0])  # 15d or 10GiB
