"""Is every KPI there, in every arm; where it is not, is it only spelt otherwise.

A KPI needs the canary arm, the arms that it is compared with, and always the control arm: levels are read from that.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from controller.adapters.answer import Series
from controller.adapters.prometheus import Prometheus
from controller.model import JudgedKpi
from controller.setup.finding import Finding, Teller
from controller.setup.patient import Part, Patient, parts
from exporter import names, promql

NAME = "arms"
MOST = 20  # label values that are named
_TELL = Teller(NAME)


def look(patient: Patient) -> Iterator[Finding]:
    """Look for every KPI's arms. Raises PrometheusError."""
    with patient.prometheus() as prometheus:
        for judged in patient.config.judged:
            yield _kpi(patient, prometheus, judged)


def _kpi(patient: Patient, prometheus: Prometheus, judged: JudgedKpi) -> Finding:
    name, now = judged.kpi.name, patient.clock.now()
    wanted: list[str] = [arm for arm in names.ARMS if arm in (names.CANARY, names.CONTROL, *judged.kpi.comparison)]
    silent = ""
    for part in parts(judged.kpi):
        query = f"count by ({names.VARIANT}) ({part.query(patient.config.selector)})"
        answer = prometheus.instant(query, now)
        found = {series.labels.get(names.VARIANT, ""): int(series.values[-1]) for series in answer.series}
        missing = [arm for arm in wanted if arm not in found]
        if missing and part.rare:
            silent = f"; nothing counted yet in {part.metric} of {' and '.join(missing)}"
        elif missing:
            problem, advice = _why(patient, prometheus, part, found, missing)
            told = f"{name}: {_lack(judged, missing) if found else ''}{problem}"
            return _TELL.fail(told, advice, kpi=name, metric=part.metric, arms=found, missing=missing)
    if silent:
        return _TELL.warn(
            f"{name}: every arm is there{silent}",
            "right if such events are rare; otherwise check the labels of `events`",
            kpi=name,
        )
    return _TELL.ok(f"{name}: series of {', '.join(wanted)}", kpi=name)


def _lack(judged: JudgedKpi, missing: list[str]) -> str:
    levels = names.CONTROL in missing and names.CONTROL not in judged.kpi.comparison
    return f"no {' and no '.join(missing)} arm{', from which levels are read' if levels else ''}: "


def _why(
    patient: Patient, prometheus: Prometheus, part: Part, found: Mapping[str, int], missing: list[str]
) -> tuple[str, str]:
    """Return what is wrong with a vector that lacks arms, and what to do."""
    now, metric = patient.clock.now(), part.metric
    if found:
        labels = _labels(prometheus.instant(part.query(patient.config.selector), now).series)
        return _misspelt(part, labels, missing)
    everywhere = _labels(prometheus.instant(promql.select(type(part.selector)(metric)), now).series)
    if not everywhere:
        return f"no series of {metric}", _nearest(patient, metric)
    for label, value in (*part.selector.matches, *patient.config.selector):
        values = everywhere.get(label, [])
        if value not in values:
            near = difflib.get_close_matches(value, values, n=1)
            has = f"{label} is {', '.join(values[:MOST])}" if values else f"it has no label {label}"
            return (
                f'{metric} has no series with {label}="{value}"; {has}',
                f"write {label}: {near[0] if near else '...'} in prometheus.selector or the KPI's labels",
            )
    return (
        f"no series of {metric} has all labels that are asked for",
        "look at prometheus.selector and the KPI's labels",
    )


def _misspelt(part: Part, labels: Mapping[str, list[str]], missing: list[str]) -> tuple[str, str]:
    """Return which label or value stands in place of an arm's."""
    values = labels.get(names.VARIANT, [])
    if values:
        others = [value for value in values if value not in names.ARMS]
        near = {arm: match[0] for arm in missing if (match := _alike(arm, others))}
        said = f"{part.metric} has {names.VARIANT} {', '.join(values[:MOST])}, and no {' or '.join(missing)}"
        if near:
            pairs = ", ".join(f"{theirs} -> {arm}" for arm, theirs in near.items())
            return said, f"rename the values in the service, or with metric_relabel_configs: {pairs}"
        return said, "does the service give units to that arm? It must read the live file and count each arm's units"
    other = arm_label(labels)
    if other:
        return (
            f"{part.metric} has no label {names.VARIANT}, but {other} with {', '.join(labels[other][:MOST])}",
            f"rename it in the service, or when scraping: {relabelling(other)}",
        )
    kept = ", ".join(sorted(set(labels) - {"__name__"})) or "none"
    return (
        f"{part.metric} has no label {names.VARIANT} (labels: {kept})",
        f"count each unit under its arm: {names.VARIANT}=canary, baseline or control; see docs/parameters.md",
    )


def relabelling(label: str) -> str:
    """Return the setting of Prometheus that gives a label's values the name that arms have."""
    return f"metric_relabel_configs: [{{source_labels: [{label}], target_label: {names.VARIANT}}}]"


def arm_label(labels: Mapping[str, Iterable[str]]) -> str | None:
    """Return the label whose values look like arms, None when none does."""
    scores = {
        name: sum(bool(_alike(arm, list(values))) for arm in names.ARMS)
        for name, values in labels.items()
        if name not in (names.VARIANT, "__name__")
    }
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] > 1 else None


def _alike(arm: str, values: list[str]) -> list[str]:
    return [value for value in values if value.lower() == arm or arm in value.lower().replace("-", "_").split("_")]


def _labels(series: Iterable[Series]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for one in series:
        for name, value in one.labels.items():
            found.setdefault(name, set()).add(value)
    return {name: sorted(values) for name, values in found.items()}


def _nearest(patient: Patient, metric: str) -> str:
    with patient.about() as about:
        known = [str(name) for name in about.get("label/__name__/values").data]
    if metric in known:
        return "it was there, and is no more: is the service running and scraped? Look at Prometheus' page /targets"
    near = difflib.get_close_matches(metric, known, n=1, cutoff=0.7)
    if near:
        return f"did you mean {near[0]}? Write that in the KPI"
    return f"Prometheus has never heard of it ({len(known)} metrics known): is the service running and scraped?"
