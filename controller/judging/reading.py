"""JSON text -> a case that can be judged, or an error that says what is wrong, where, and what to do."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from pydantic import ValidationError

from controller.decide.case import Case, MetricCase, SeriesKind
from controller.judging.case_document import (
    KINDS,
    MODELS,
    AnyMetric,
    CaseDocument,
    GaugeHistory,
    GaugeMetric,
    HistogramMetric,
)
from controller.judging.plain import LONG, plain, shown
from controller.judging.points import Points, counters, gauges, histograms
from controller.judging.problems import CaseError, Problems, envelope
from controller.model import MarginUnit, Role
from exporter.metric import Direction

_KNOWN = {"": tuple(CaseDocument.model_fields)} | {
    kind: tuple(model.model_fields) for kind, model in zip(KINDS, MODELS, strict=True)
}
_KNOWN["history"] = tuple(GaugeHistory.model_fields)


@dataclass(frozen=True)
class Reading:
    """A case, and what its reader must tell with the verdict."""

    case: Case
    notes: tuple[str, ...]


def read(text: str | bytes) -> Reading:
    """Return the case in a JSON text; bytes are UTF-8. Raises CaseError."""
    if not text.strip():
        raise CaseError("not JSON: it is empty")
    try:
        found = json.loads(text, object_pairs_hook=_unique)
    except CaseError:
        raise
    except json.JSONDecodeError as error:
        raise CaseError(f"not JSON: {error.msg} at line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise CaseError("not JSON that can be used: it is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise CaseError(f"not JSON: byte {error.start} is no {error.encoding.upper()} text") from None
    except ValueError as error:  # a number of thousands of digits
        raise CaseError(f"not JSON that can be used: {plain(str(error), LONG)}") from None
    return parse(found)


def parse(found: object) -> Reading:
    """Return the case in parsed JSON. Raises CaseError, with the first problems and the number of the rest."""
    problems, name = Problems(), _id(found)
    try:
        document = CaseDocument.model_validate(found)
    except ValidationError as error:
        envelope(problems, error.errors(include_url=False), KINDS, _KNOWN)
        raise problems.error(name) from None
    _check(document, problems)
    metrics, notes = [], []
    for index, metric in enumerate(document.metrics):
        series = _series(metric, f"metrics[{index}]", problems)
        if problems.total == 0:
            metrics.append(_metric(metric, series))
            notes += _notes(metric.name, series)
    if problems.total:
        raise problems.error(name)
    return Reading(Case(document.id, document.planned, document.alpha, tuple(metrics)), tuple(notes))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: JSON would silently keep the last one."""
    found = dict(pairs)
    if len(found) < len(pairs):
        key = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise CaseError(f"key {shown(key)} stands twice in one object: remove one")
    return found


def _id(found: object) -> str | None:
    """Return the document's id for an error, if there is one."""
    name = found.get("id") if isinstance(found, dict) else None
    return plain(name, LONG) if isinstance(name, str) and name else None


def _check(document: CaseDocument, problems: Problems) -> None:
    """Note what spans several keys or metrics."""
    if not document.metrics:
        problems.add("metrics", "is empty; at least the primary metric is needed")
        return
    primary = sum(metric.role == Role.PRIMARY.value for metric in document.metrics)
    if primary != 1:
        problems.add("metrics", f'{primary} are "primary" (the default role), but exactly one must be')
    first: dict[str, int] = {}
    length = len(document.metrics[0].canary)
    for index, metric in enumerate(document.metrics):
        place = f"metrics[{index}]"
        if metric.name in first:
            problems.add(f"{place}.name", f"{shown(metric.name)} is the name of metrics[{first[metric.name]}] too")
        first.setdefault(metric.name, index)
        _same_length(place, metric, problems)
        if len(metric.canary) != length:
            problems.add(
                f"{place}.canary",
                f"{len(metric.canary)} points, but metrics[0] has {length}: "
                "all metrics must stand on the same timestamps, with null where a point is missing",
            )
        if isinstance(metric, HistogramMetric):
            _check_bounds(place, metric, problems)


def _same_length(place: str, metric: AnyMetric, problems: Problems) -> None:
    for where, arms in ((place, metric), (f"{place}.history", metric.history)):
        if len(arms.canary) != len(arms.comparison):
            problems.add(
                where,
                f"canary has {len(arms.canary)} points and comparison {len(arms.comparison)}: both must stand on the "
                "same timestamps, with null where a point is missing",
            )


def _check_bounds(place: str, metric: HistogramMetric, problems: Problems) -> None:
    bounds = metric.bounds
    if any(high <= low for low, high in pairwise(bounds)):
        problems.add(f"{place}.bounds", "should ascend")
    if metric.objective is not None and metric.objective not in bounds:
        problems.add(f"{place}.objective", f"{metric.objective:g} is none of the bounds")


def _series(metric: AnyMetric, place: str, problems: Problems) -> tuple[Points, ...]:
    """Return canary, comparison, and the same of the history."""
    history = metric.history
    parts = {
        "canary": metric.canary,
        "comparison": metric.comparison,
        "history.canary": history.canary,
        "history.comparison": history.comparison,
    }
    found = []
    for key, items in parts.items():
        where = f"{place}.{key}"
        if isinstance(metric, HistogramMetric):
            found.append(histograms(items, where, problems, len(metric.bounds)))
        else:
            found.append((gauges if isinstance(metric, GaugeMetric) else counters)(items, where, problems))
    return tuple(found)


def _metric(metric: AnyMetric, series: tuple[Points, ...]) -> MetricCase:
    canary, comparison, history_canary, history_comparison = (points.values for points in series)
    return MetricCase(
        name=metric.name,
        role=Role(metric.role),
        kind=SeriesKind(metric.kind),
        direction=Direction(metric.direction),
        margin=metric.margin,
        margin_unit=MarginUnit(metric.margin_unit),
        canary=canary,
        comparison=comparison,
        history_canary=history_canary,
        history_comparison=history_comparison,
        bounds=metric.bounds if isinstance(metric, HistogramMetric) else (),
        objective=metric.objective if isinstance(metric, HistogramMetric) else None,
        tolerated=metric.tolerated,
    )


def _notes(name: str, series: tuple[Points, ...]) -> list[str]:
    total = int(np.sum([points.not_finite for points in series]))
    return [f"{name}: {total} points were not finite (NaN or infinite) and count as missing"] if total else []
