"""What can be said of a configuration without asking anybody: queries, values and bounds, schedule, cases, journal."""

from __future__ import annotations

import math
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import yaml

from controller.config.schedule import SCHEDULED
from controller.cycle.bounds import conforming
from controller.cycle.live import conformed
from controller.cycle.standing import limits
from controller.decide.bounds.limits import allowed_interval
from controller.decide.bounds.validate import validate
from controller.decide.schedule import next_after
from controller.duration import duration
from controller.errors import AutopilotError, UnavailableError
from controller.setup.checks.golden import passing
from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient
from controller.stack.servers import find_servers
from exporter import names, promql
from exporter.metric import ShareAboveReading
from exporter.parameter import shown
from exporter.parameters import ParameterError, Value

PATIENCE = 20.0  # seconds for promtool


def offline(patient: Patient) -> Iterator[Finding]:
    """Yield what is found without Prometheus."""
    config, tell = patient.config, Teller("configuration")
    own = f"{len(config.judged)} KPIs, {len(config.parameters)} parameters"
    yield tell.ok(f"{patient.file} is valid: service {config.service}, {own}")
    yield from _queries(patient)
    yield from _values(patient)
    yield from _schedule(patient)
    yield passing(config, conformed(config, patient.desk.state().values), "the values in force", Teller("golden cases"))
    yield _journal(patient)


def proposed(patient: Patient, changes: Mapping[str, Value]) -> Iterator[Finding]:
    """Yield whether some values could be proposed now: every limit that they break, and what the golden cases say."""
    config, state, tell = patient.config, patient.desk.state(), Teller("proposed values")
    now = patient.clock.now()
    known = {name: limits(config, state, name, now) for name in changes if name in config.parameters}
    bounded = {name: found for name, found in known.items() if found is not None}
    said = ", ".join(f"{name} = {shown(value)}" for name, value in changes.items())
    reasons = validate(changes, bounded, config.specs.specs)
    for reason in reasons:
        yield tell.fail(reason.text, _ADVICE.get(reason.code, "choose another value"), limit=reason.code)
    if not reasons:
        yield tell.ok(f"{said}: inside every limit")
    try:
        checked = {name: config.specs.get(name).check(value) for name, value in changes.items()}
    except ParameterError:
        return
    if config.golden is not None:
        yield passing(config, {**conformed(config, state.values), **checked}, said, tell)


_ADVICE = {
    "hard": "hard bounds hold for everybody; change parameters.<name>.low or high if they are wrong",
    "sliding": "vvtvctl autopilot bounds override, for a while, or run-once --set, which only hard bounds limit",
    "override": "vvtvctl autopilot bounds clear ends the override",
    "max_step": "go there in several cycles, or raise parameters.<name>.max_step",
    "daily_limit": "wait until the moves of the last 24 hours are older, or go part of the way",
}


def online(patient: Patient) -> Iterator[Finding]:
    """Yield whether every KPI's query returns data. Raises PrometheusError."""
    config, tell = patient.config, Teller("data")
    window = max(config.schedule.analysis_window, 4 * config.prometheus.scrape_interval)
    control = (*config.selector, (names.VARIANT, names.CONTROL))
    with patient.prometheus() as prometheus:
        for judged in config.judged:
            query = promql.level(judged.kpi, promql.duration(window), selector=control)
            found = prometheus.scalar(query, patient.clock.now())
            if math.isfinite(found.value):
                yield tell.ok(f"{judged.kpi.name} is {found.value:.4g}, control arm, over {duration(window)}")
            else:
                yield tell.fail(
                    f"{judged.kpi.name}: {query} returns nothing ({found.content})",
                    "vvtvctl doctor says which part is missing",
                    query=query,
                )


def _queries(patient: Patient) -> Iterator[Finding]:
    """Say whether Prometheus' own parser takes every KPI's queries, where promtool is at hand."""
    config, tell = patient.config, Teller("queries")
    for judged in config.judged:
        reading = judged.kpi.reading
        if isinstance(reading, ShareAboveReading) and not _is_number(reading.bound):
            yield tell.fail(
                f"{judged.kpi.name}: bound {reading.bound!r} is no bucket", "write its `le` as /metrics does"
            )
    try:
        promtool = find_servers(fetch=False).promtool
    except UnavailableError:
        yield tell.skipped(
            "promtool is not installed, so no query is parsed", "with --online Prometheus itself is asked"
        )
        return
    queries = [
        expr
        for kpi in (judged.kpi for judged in config.judged)
        for expr in (promql.evidence(kpi, config.selector), promql.level(kpi, "5m", selector=config.selector))
    ]
    rules = [{"record": f"kpi:{index}", "expr": expr} for index, expr in enumerate(queries)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rules.yml"
        file.write_text(yaml.safe_dump({"groups": [{"name": "kpis", "rules": rules}]}), encoding="utf-8")
        try:
            done = subprocess.run(
                [promtool, "check", "rules", file], capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            yield tell.skipped(f"promtool does not run: {error}")
            return
    if done.returncode == 0:
        yield tell.ok(f"{len(rules)} queries parse")
    else:
        said = " ".join((done.stdout + done.stderr).split())[-300:]
        yield tell.fail(f"promtool: {said}", "look at metrics and prometheus.selector")


def _is_number(text: str) -> bool:
    try:
        return not math.isnan(float(text))
    except ValueError:
        return False


def _values(patient: Patient) -> Iterator[Finding]:
    config, state, now, tell = patient.config, patient.desk.state(), patient.clock.now(), Teller("bounds")
    source = "in force" if state.values else "default"
    moved = {due.parameter: due.reason for due in conforming(config, state)} if state.values else {}
    for name, value in conformed(config, state.values).items():
        found = limits(config, state, name, now)
        old = state.values.get(name, value)
        if old != value:
            yield tell.warn(
                f"{name}: {shown(old)}, in force, is not allowed any more: it will be moved to {shown(value)}",
                "right if the new bounds are meant; otherwise widen them before a controller reads this",
            )
        elif name in moved:
            yield tell.warn(f"{name}: its sliding bounds will be reset: {moved[name]}", "nothing, if that is meant")
        elif found is None:
            yield tell.ok(f"{name}: {shown(value)}, {source}")
        else:
            allowed = allowed_interval(found)
            text = f"{name}: {shown(value)}, {source}; sliding {found.sliding} of hard {found.hard}"
            if allowed.room:
                yield tell.ok(f"{text}; a proposal may take {allowed.low:g} to {allowed.high:g}")
            else:
                yield tell.warn(
                    f"{text}; no proposal can move it: {allowed.reason}", "see vvtvctl autopilot bounds show"
                )


def _schedule(patient: Patient) -> Iterator[Finding]:
    tell, now = Teller("schedule"), patient.clock.now()
    for name in SCHEDULED:
        when = patient.config.schedule.when(name)
        at = next_after(when, now)
        said = " by itself" if at is None else f", next {datetime.fromtimestamp(at, UTC):%a %Y-%m-%d %H:%M} UTC"
        yield tell.ok(f"{name}: {when}{said}")


def _journal(patient: Patient) -> Finding:
    tell = Teller("journal")
    if not patient.place.journal.exists():
        return tell.skipped(f"no controller has run in {patient.root} yet", "values above are those to begin with")
    try:
        found = patient.desk.verify()
    except AutopilotError as error:
        return tell.fail(str(error), "vvtvctl autopilot verify; docs/history.md and docs/operations.md say what to do")
    return tell.ok(f"events: {found['events']}, versions: {found['versions']}; all are as they were written")
