"""How often is the service really scraped, and are scrapes missing: evidence is read on the configured grid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient, parts
from exporter import names, promql

NAME = "scrape interval"
SPAN = 120  # scrapes that are looked at
LEAST = 4
OFF = 0.1  # of the interval
GAPS = 0.02  # share of scrapes that may be missing
_TELL = Teller(NAME)


def look(patient: Patient) -> Iterator[Finding]:
    """Measure it from the timestamps of the primary KPI's canary arm. Raises PrometheusError."""
    step = patient.config.prometheus.scrape_interval
    part = parts(patient.config.judged[0].kpi)[0]
    query = part.query((*patient.config.selector, (names.VARIANT, names.CANARY)))
    with patient.prometheus() as prometheus:
        answer = prometheus.instant(f"{query}[{promql.duration(max(SPAN * step, 300.0))}]", patient.clock.now())
    if not answer.series:
        yield _TELL.skipped(f"no series of {part.metric} in the last {SPAN} intervals", "see arms")
        return
    times = max((series.times for series in answer.series), key=len)
    if times.size < LEAST:
        yield _TELL.skipped(f"only {times.size} scrapes so far", "wait a few intervals")
        return
    yield _judged(step, np.diff(times), patient.clock.now() - float(times[-1]))


def _judged(step: float, between: np.ndarray[tuple[int], np.dtype[np.float64]], age: float) -> Finding:
    """Return what to say of the seconds between scrapes [N] and the last one's age."""
    usual = float(np.median(between))
    missed = int(np.maximum(np.rint(between / usual) - 1, 0).sum())
    share = missed / (missed + between.size)
    figures = {"measured_seconds": usual, "configured_seconds": step, "missed_share": share, "age_seconds": age}
    found = f"measured {usual:.3g} s, configured {step:g} s; {missed} of the last {missed + between.size} are missing"
    if abs(usual - step) > OFF * step:
        return _TELL.fail(
            found, f"write prometheus.scrape_interval: {_round(usual):g}s, or scrape that often", **figures
        )
    if age > 3 * usual:
        return _TELL.fail(
            f"{found}; the last scrape is {age:.0f} s old", "is the service running? Look at /targets", **figures
        )
    if share > GAPS:
        advice = "points with a missing scrape are lost; is the service slow to answer, or scrape_timeout too short?"
        return _TELL.warn(found, advice, **figures)
    return _TELL.ok(found, **figures)


def _round(seconds: float) -> float:
    """Return an interval as one would have configured it."""
    return round(seconds) if seconds > 1 else round(seconds, 1)
