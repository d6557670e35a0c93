"""Both arms of every KPI over any range, for planning and replay: read once, in parts, so that memory stays bounded.

A part's series (one per arm, instance and counter) become two arms before the next part is read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from controller.adapters.answer import PartialError
from controller.adapters.evidence import counter_arms, gauge_arms, grid, inside
from controller.adapters.prometheus import Prometheus
from controller.config.config import Config
from controller.decide.pairing import pool
from controller.errors import ConfigError
from controller.model import ArmSeries, Floats, JudgedKpi, Window
from controller.replay.record import Course, Record
from exporter import names, promql
from exporter.metric import GaugeReading
from exporter.seconds import DAY

PART = 6000  # points per query: a day of scrapes every 15 s
MOST = 4_000_000  # points per range: some 130 MB per KPI


def parts(count: int) -> Iterator[slice]:
    """Yield the slices in which `count` points are read."""
    for start in range(0, count, PART):
        yield slice(start, min(count, start + PART))


def queries(config: Config, window: Window) -> int:
    """Return about how many queries reading a range takes."""
    points = math.floor(window.seconds / config.prometheus.scrape_interval) + 1
    return len(config.judged) * -(-points // PART)


def read(
    prometheus: Prometheus,
    config: Config,
    window: Window,
    exposures: tuple[Window, ...],
    tell: Callable[[], None] = lambda: None,
) -> Record:
    """Return every judged KPI over a range.

    Args:
        prometheus: where the samples are.
        config: which KPIs; how often they are scraped; how long a change takes to settle.
        window: the range, both ends inclusive.
        exposures: when canaries ran: these points, and those until the arms have settled, are marked as not the same.
        tell: called after each query.

    Raises:
        PrometheusError: it cannot be asked, or warns that data may be missing.
        ConfigError: the range holds too many points.
    """
    step, warmup = config.prometheus.scrape_interval, config.canary.warmup
    if window.seconds / step > MOST:
        raise ConfigError(
            f"{window.seconds / DAY:.3g} days hold {window.seconds / step:.2g} points at prometheus.scrape_interval "
            f"{step:g} s, at most {MOST:,} can be read at once: choose a shorter range"
        )
    times = grid(window.start, window.end, step)
    courses = tuple(_course(prometheus, config, judged, times, tell) for judged in config.judged)
    changed = inside(times, exposures, after=-step, before=warmup + step)
    return Record(times, step, changed == 0, courses)


def _course(
    prometheus: Prometheus, config: Config, judged: JudgedKpi, times: Floats, tell: Callable[[], None]
) -> Course:
    wanted = (names.CANARY, *judged.kpi.comparison)
    canary, other = _nothing(times.size), _nothing(times.size)
    seen: set[str] = set()
    for part in parts(times.size):
        arms = _arms(prometheus, config, judged, times[part])
        seen |= {arm for arm in wanted if arm in arms and np.isfinite(arms[arm].values).any()}
        if all(arm in arms for arm in wanted):
            _put(canary, part, arms[names.CANARY])
            _put(other, part, pool([arms[arm] for arm in judged.kpi.comparison]))
        tell()
    return Course(judged, canary, other, tuple(arm for arm in wanted if arm not in seen))


def _nothing(count: int) -> ArmSeries:
    return ArmSeries(np.full(count, np.nan), np.zeros(count))


def _put(into: ArmSeries, part: slice, found: ArmSeries) -> None:
    """Write a part's points; its first point only served the increments of the second."""
    into.values[part], into.weights[part] = found.values[1:], found.weights[1:]


def _arms(prometheus: Prometheus, config: Config, judged: JudgedKpi, times: Floats) -> dict[str, ArmSeries]:
    """Return the arms on `times` and the point before them."""
    step = config.prometheus.scrape_interval
    wide = np.concatenate([[times[0] - step], times])
    query = promql.evidence(judged.kpi, config.selector)
    answer = prometheus.range(query, float(wide[0]), float(wide[-1]), step)
    if answer.partial:
        raise PartialError(
            f"{judged.kpi.name}: Prometheus warns that data may be missing: {'; '.join(answer.warnings)}"
        )
    return (gauge_arms if isinstance(judged.kpi.reading, GaugeReading) else counter_arms)(answer, wide)
