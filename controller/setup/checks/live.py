"""Is the live parameter file sound, is it what the journal asks for, and does the service apply it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from controller.adapters.answer import PrometheusError
from controller.cycle.live import desired_live
from controller.setup.finding import Finding, Teller
from controller.setup.own import OWN
from controller.setup.patient import Patient
from controller.setup.refusals import ERRORS, refused
from exporter import names, promql
from exporter.catalog import planner
from exporter.parameter import shown
from exporter.parameters import LiveParameters, ParameterError, ParameterSpec, Value, parse

NAME = "live parameters"
_TELL = Teller(NAME)


def look(patient: Patient) -> Iterator[Finding]:
    """Look at the file, and at what the service says it applies."""
    path = patient.place.parameters
    try:
        live = parse(path.read_bytes(), patient.config.specs)
    except FileNotFoundError:
        yield _TELL.warn(f"{path}: no such file", "a controller writes it when it first starts")
        return
    except OSError as error:
        yield _TELL.fail(f"{path}: cannot be read: {error.strerror}", "see files")
        return
    except ParameterError as error:
        yield _TELL.fail(f"{path}: {error}", "do not edit it by hand; a controller that starts writes it anew")
        return
    state = patient.desk.state()
    if state.version and desired_live(patient.config, state, patient.clock.now()).version != live.version:
        yield _TELL.warn(
            f"{path}: version {live.version[:12]} is not what the journal asks for",
            "a running controller corrects it within seconds; none runs? Start one",
        )
    else:
        yield _TELL.ok(f"{path}: version {live.version[:12]}{', a canary runs' if live.canary else ''}")
    try:
        yield from _applied(patient, live, path.stat().st_mtime)
    except PrometheusError:
        yield _TELL.skipped("what the service applies cannot be seen without Prometheus", "see connection")


def _applied(patient: Patient, live: LiveParameters, written_at: float) -> Iterator[Finding]:
    """Compare with the gauges of the service that carry `parameter` and `variant`. Raises PrometheusError."""
    now, specs = patient.clock.now(), {spec.name: spec for spec in patient.config.specs.specs}
    known = promql.escape("|".join(re.escape(name) for name in specs))
    matches = [f'{names.PARAMETER}=~"{known}"', f'{names.VARIANT}=~".+"', f'__name__!~"{OWN}"']
    matches += [promql.matcher(label, value) for label, value in patient.config.selector]
    with patient.prometheus() as prometheus:
        answer = prometheus.instant(f"{{{','.join(matches)}}}", now)
        refusal = refused(patient, prometheus, written_at, now)
    wrong, seen = [], 0
    for series in answer.series:
        name, arm = series.labels[names.PARAMETER], series.labels[names.VARIANT]
        if arm not in names.ARMS:
            continue
        seen += 1
        wanted, value = live.values(arm, now)[name], float(series.values[-1])
        if not math.isclose(value, _number(specs[name], wanted), rel_tol=1e-6, abs_tol=1e-12):
            wrong.append(f"{name} of {arm} is {value:g}, not {shown(wanted)}")
    if refusal is not None:
        yield _TELL.warn(*refusal)
    if not seen:
        yield _TELL.warn(
            f"the service exposes no {planner.PARAMETER_VALUE.name}: whether it applies the file cannot be seen",
            f"let it expose that gauge with the labels {names.PARAMETER} and {names.VARIANT}, and count refusals in "
            f"{ERRORS}; see docs/parameters.md. Until then only its log tells",
        )
    elif wrong:
        yield _TELL.fail(
            f"the service applies other values: {'; '.join(wrong[:5])}",
            "does it read this very file, and again when it changes? Right after a change, wait for two scrapes",
            differing=len(wrong),
        )
    elif refusal is None:
        yield _TELL.ok(f"the service applies what stands there ({seen} values)", values=seen)


def _number(spec: ParameterSpec, value: Value) -> float:
    """Return a value as metrics show it: a choice by its index."""
    return float(spec.choices.index(value)) if isinstance(value, str) else float(value)
