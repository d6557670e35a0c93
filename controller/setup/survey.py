"""From a Prometheus to a plan for the first configuration: which job, which KPIs, which parameters."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from controller.adapters.prometheus import Prometheus
from controller.adapters.prometheus_about import PrometheusAbout
from controller.adapters.session import Connection
from controller.duration import duration
from controller.errors import ConfigError, UnavailableError
from controller.setup.candidates import candidates
from controller.setup.checks.arms import relabelling
from controller.setup.first_file import Plan, history
from controller.setup.guardrails import guardrails
from controller.setup.landscape import MOST, Job, Landscape, jobs, landscape
from controller.setup.parameter import Parameter, steps
from controller.setup.ranking import SHARE, Ranked, ranked, rounded
from exporter import names, promql
from exporter.seconds import DAY, HOUR

POINTS = 6000  # of history that are read for the noise
RECENT = 3 * HOUR  # in which candidates are looked for
Choose = Callable[[Sequence[Ranked]], Ranked]
"""Picks the primary KPI of those that are ranked."""


@dataclass(frozen=True)
class Wanted:
    """What the caller says already; None and () for what is to be found."""

    job: str | None = None
    primary: str | None = None
    parameters: tuple[Parameter, ...] = ()


def survey(connection: Connection, wanted: Wanted, now: float, choose: Choose) -> Plan:
    """Return a plan.

    Raises:
        ConfigError: which job is meant is not clear, or there is none such; or there is no such KPI.
        PrometheusError: it cannot be asked.
        UnavailableError: the job is down, or no KPI can be made of what it exposes.
    """
    with Prometheus(connection) as prometheus, PrometheusAbout(connection) as about:
        job = _job(jobs(prometheus, about, now), wanted.job)
        _refuse_down(prometheus, job, now)
        land = landscape(prometheus, about, job, now, RECENT)
        found = candidates(land.series, land.kinds)
        if not found:
            raise UnavailableError(
                f"job {job.name}: none of its {len(land.series)} series makes a KPI: too few, too young, or none "
                "counts what happens; expose counters of tries and successes, and let them run for a while"
            )
        if job.whole:
            sections = {
                "service": "init",
                "prometheus": {"url": connection.url, "scrape_interval": land.interval, "selector": {"job": job.name}},
                "canary": {"history": history(land.interval)},
            }
            order = ranked(found, prometheus, sections, now, min(DAY, POINTS * land.interval))
        else:
            order = tuple(
                Ranked(one, one.level, math.nan, "noise unknown without arms", rounded(SHARE * abs(one.level)))
                for one in found
            )
    primary = _named(order, wanted.primary) if wanted.primary else choose(order)
    rails = guardrails(primary, order)
    parameters, exposed = _parameters(wanted, land)
    return Plan(
        url=connection.url,
        job=job.name,
        interval=land.interval,
        primary=primary,
        guardrails=rails,
        others=tuple(one for one in order if one is not primary and one not in rails),
        parameters=parameters,
        exposed=exposed,
        notes=tuple(_notes(job, land)),
        today=datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d"),
    )


def _refuse_down(prometheus: Prometheus, job: Job, now: float) -> None:
    """Refuse a job none of whose targets answers: what it exposed before says neither arms nor levels of now."""
    targets = prometheus.instant(f"up{{{promql.matcher('job', job.name)}}}", now).series
    if targets and not any(series.values[-1] for series in targets):
        down = ", ".join(series.labels.get("instance", "?") for series in targets)
        raise UnavailableError(
            f"job {job.name} is down: Prometheus has no answer from {down}; start the service, and let it run a while"
        )


def _job(found: Sequence[Job], wanted: str | None) -> Job:
    if wanted is not None:
        for job in found:
            if job.name == wanted:
                return job
        near = difflib.get_close_matches(wanted, [job.name for job in found], n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(job.name for job in found) or 'none'}"
        raise ConfigError(f"--job {wanted!r}: Prometheus scrapes no such job; {hint}")
    whole = [job for job in found if job.whole]
    if len(whole) == 1:
        return whole[0]
    if whole:
        raise ConfigError(f"--job: choose one of {', '.join(job.name for job in whole)}, each has arms")
    partly = [f"job {job.name} has only {', '.join(job.arms)}" for job in found if job.arms]
    like = [f"job {job.name} has the label {job.like}: {relabelling(job.like)}" for job in found if job.like]
    said = "; ".join([*partly, *like]) or f"jobs: {', '.join(job.name for job in found) or 'none'}"
    raise ConfigError(
        f"no job has series with {names.VARIANT} = {', '.join(names.ARMS)} ({said}); the service must count each unit "
        "under its arm, see docs/setup.md; --job NAME writes a file all the same"
    )


def _named(order: Sequence[Ranked], name: str) -> Ranked:
    for found in order:
        if found.one.name == name:
            return found
    known = [found.one.name for found in order]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"found: {', '.join(known)}"
    raise ConfigError(f"--primary {name!r}: no such KPI was found; {hint}")


def _parameters(wanted: Wanted, land: Landscape) -> tuple[tuple[Parameter, ...], dict[str, float]]:
    """Return the parameters that are known, and the values of those whose bounds are not."""
    said = {one.name for one in wanted.parameters}
    made = [
        _bounded(name, land.parameters[name], low, high)
        for name, (low, high) in land.bounds.items()
        if name not in said and low < high and low <= land.parameters[name] <= high
    ]
    known = said | {one.name for one in made}
    return (*wanted.parameters, *made), {name: value for name, value in land.parameters.items() if name not in known}


def _bounded(name: str, value: float, low: float, high: float) -> Parameter:
    """Return a parameter whose bounds are exposed; one of which everything is whole is taken for an int."""
    whole = high - low > 2 and all(number.is_integer() for number in (value, low, high))  # noqa: PLR2004 - no switch
    return Parameter(name, "int" if whole else "float", value, low, high, steps(low, high, whole=whole))


def _notes(job: Job, land: Landscape) -> list[str]:
    notes = []
    if not job.whole:
        has = f"only {', '.join(job.arms)}" if job.arms else "none"
        how = f"; give {job.like} that name: {relabelling(job.like)}" if job.like else ""
        notes.append(
            f"no canary can run before every series has the label {names.VARIANT} with all arms; it has {has}{how}"
        )
    if job.interval is None:
        notes.append(f"the scrape interval, {duration(land.interval)}, is measured or guessed: Prometheus does not say")
    if land.cut:
        notes.append(f"the job has more than {MOST} series; only the first were looked at")
    return notes
