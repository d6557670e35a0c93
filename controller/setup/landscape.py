"""What a Prometheus knows of services whose series have arms: jobs, scrape intervals, series, kinds of metrics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from controller.adapters.answer import PrometheusError, Series
from controller.adapters.prometheus import Prometheus
from controller.adapters.prometheus_about import PrometheusAbout
from controller.setup.checks.arms import arm_label
from controller.setup.own import BOUND, OWN
from exporter import names, promql
from exporter.seconds import HOUR

LOOKS = 40  # times at which every series is read
RECENT = HOUR  # in which a job must have had samples
MOST = 3000  # series that are looked at


@dataclass(frozen=True)
class Job:
    """A scrape job.

    Attributes:
        name: its `job` label.
        arms: which arms its series have, by label `variant`.
        interval: seconds between scrapes; None when Prometheus does not say.
        like: a label whose values look like arms, where `variant` is missing; empty when there is none.
    """

    name: str
    arms: tuple[str, ...] = ()
    interval: float | None = None
    like: str = ""

    @property
    def whole(self) -> bool:
        """Whether it has every arm."""
        return set(self.arms) == set(names.ARMS)


@dataclass(frozen=True)
class Landscape:
    """One job's series of the control arm, or all where there are no arms, read at `LOOKS` times.

    Attributes:
        series: with at most `MOST` of them.
        cut: whether there are more.
        kinds: `counter`, `gauge`, `histogram`, ... by metric, as far as Prometheus knows.
        interval: seconds between scrapes.
        seconds: that were looked at.
        parameters: values of parameters that the service exposes, by name.
        bounds: their hard bounds, where a controller exposes them.
    """

    series: tuple[Series, ...]
    cut: bool
    kinds: dict[str, str]
    interval: float
    seconds: float
    parameters: dict[str, float] = field(default_factory=dict)
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)


def jobs(prometheus: Prometheus, about: PrometheusAbout, now: float) -> tuple[Job, ...]:
    """Return the jobs, those with most arms first. Raises PrometheusError."""
    intervals = _intervals(about)
    stored: Any = about.get("label/job/values", {"start": f"{now - RECENT:.0f}", "end": f"{now:.0f}"}).data
    arms: dict[str, set[str]] = {str(name): set() for name in (*intervals, *stored)}
    for series in prometheus.instant(
        f'count by (job, {names.VARIANT}) ({{{names.VARIANT}!="",__name__!~"{OWN}"}})', now
    ).series:
        arm = series.labels.get(names.VARIANT, "")
        arms.setdefault(series.labels.get("job", ""), set()).update({arm} & set(names.ARMS))
    found = [
        Job(
            name,
            tuple(arm for arm in names.ARMS if arm in seen),
            intervals.get(name),
            "" if seen else _like(prometheus, name, now),
        )
        for name, seen in arms.items()
        if name  # what rules record has no job
    ]
    return tuple(sorted(found, key=lambda job: (-len(job.arms), not job.like, job.name)))


def _intervals(about: PrometheusAbout) -> dict[str, float | None]:
    """Return each job's scrape interval; empty where targets are not told."""
    try:
        targets: Any = about.get("targets", {"state": "active"}).data["activeTargets"]
        return {
            str(target["labels"]["job"]): promql.seconds(str(target.get("scrapeInterval", ""))) or None
            for target in targets
        }
    except (PrometheusError, KeyError, TypeError):
        return {}


def _like(prometheus: Prometheus, job: str, now: float) -> str:
    """Return a label of a job whose values look like arms; empty when there is none."""
    query = f'{{{promql.matcher("job", job)},__name__!~"{OWN}"}}'
    labels: dict[str, set[str]] = {}
    for series in prometheus.instant(f"topk({MOST}, {query})", now).series:
        for name, value in series.labels.items():
            labels.setdefault(name, set()).add(value)
    return arm_label(labels) or ""


def landscape(prometheus: Prometheus, about: PrometheusAbout, job: Job, now: float, seconds: float) -> Landscape:
    """Return what one job exposes. Raises PrometheusError."""
    matches = [promql.matcher("job", job.name), f'__name__!~"{OWN}"']
    if job.arms:
        arm = names.CONTROL if names.CONTROL in job.arms else job.arms[0]
        matches.append(promql.matcher(names.VARIANT, arm))
    query = f"topk({MOST + 1}, {{{','.join(matches)}}})"
    few = prometheus.instant(query, now).series
    found = few if len(few) > MOST else _courses(prometheus, matches, now, seconds)
    parameters, bounds = _parameters(prometheus, job, now)
    interval = job.interval or _measured(prometheus, found[:1], now) or 15.0
    return Landscape(found[:MOST], len(few) > MOST, _kinds(about), interval, seconds, parameters, bounds)


def _courses(prometheus: Prometheus, matches: list[str], now: float, seconds: float) -> tuple[Series, ...]:
    """Return the series over the time asked for, or over less where they are younger."""
    found: tuple[Series, ...] = ()
    for part in (1, 6, 36):
        span = seconds / part
        found = prometheus.range(f"{{{','.join(matches)}}}", now - span, now, span / LOOKS).series
        if max((series.times.size for series in found), default=0) > LOOKS // 4:
            break
    return found


def _kinds(about: PrometheusAbout) -> dict[str, str]:
    try:
        data: Any = about.get("metadata").data
        return {name: str(items[0]["type"]) for name, items in data.items()}
    except (PrometheusError, KeyError, TypeError, AttributeError, IndexError):
        return {}


def _measured(prometheus: Prometheus, series: Iterable[Series], now: float) -> float | None:
    """Return the seconds between a series' samples, None when there are too few."""
    for one in series:
        matches = [promql.matcher(name, value) for name, value in one.labels.items() if name != "__name__"]
        found = prometheus.instant(f"{one.labels['__name__']}{{{','.join(matches)}}}[10m]", now).series
        if found and found[0].times.size > 2:  # noqa: PLR2004 - two differences
            return float(np.round(np.median(np.diff(found[0].times)), 1))
    return None


def _parameters(
    prometheus: Prometheus, job: Job, now: float
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """Return the parameters that a service says it applies, and the bounds that a controller says they have."""
    matches = f'{promql.matcher("job", job.name)},{names.PARAMETER}!="",{names.VARIANT}!="canary"'
    query = f'{{{matches},__name__!~"{OWN}"}}'
    found = prometheus.instant(query, now).series
    values = {series.labels[names.PARAMETER]: float(series.values[-1]) for series in found}
    ends: dict[str, dict[str, float]] = {}
    for series in prometheus.instant(BOUND, now).series:
        labels = series.labels
        ends.setdefault(labels.get(names.PARAMETER, ""), {})[labels.get(names.SIDE, "")] = float(series.values[-1])
    bounds = {name: (found["low"], found["high"]) for name, found in ends.items() if {"low", "high"} <= set(found)}
    return values, {name: found for name, found in bounds.items() if name in values}
