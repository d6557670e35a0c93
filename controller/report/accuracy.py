"""How good the predictions of the period were, over all and for each KPI: error p50 as the metric, and coverage."""

from __future__ import annotations

import math

from controller.decide.learner.accuracy import coverage, typical_error
from controller.report.markdown import number, table
from controller.report.material import Material
from controller.report.pairs import Pair, answered
from controller.report.section import Plain, Section

ALL = "all"
EXPLAINED = "Error p50 is beyond noise: 1.96 standard errors of each measurement are taken off before it is relative."


def section(material: Material) -> Section:
    """Return median error beyond noise, and coverage, of the predictions that could be held against a measurement."""
    found = answered(material.records)
    if not found:
        nothing = "No prediction could be held against a measurement in this period."
        return Section("accuracy", "Predictions against measurements", (nothing,), [])
    kpis = list(dict.fromkeys(pair.kpi for pair in found))
    groups = [(ALL, found), *((kpi, tuple(pair for pair in found if pair.kpi == kpi)) for kpi in kpis)]
    rows = (_row(name, pairs) for name, pairs in groups)
    lines = table(("KPI", "predictions", "error p50", "in their interval"), rows)
    return Section(
        "accuracy",
        "Predictions against measurements",
        (EXPLAINED, "", *lines),
        [_data(name, pairs) for name, pairs in groups],
    )


def _error(pairs: tuple[Pair, ...]) -> float | None:
    found = typical_error([pair.held for pair in pairs if pair.held is not None])
    return found if math.isfinite(found) else None


def _hits(pairs: tuple[Pair, ...]) -> int:
    return sum(pair.covered is True for pair in pairs)


def _row(name: str, pairs: tuple[Pair, ...]) -> tuple[str, ...]:
    hits = _hits(pairs)
    return name, str(len(pairs)), number(_error(pairs), ".0%"), f"{hits} of {len(pairs)} ({hits / len(pairs):.0%})"


def _data(name: str, pairs: tuple[Pair, ...]) -> Plain:
    return {
        "kpi": None if name == ALL else name,
        "predictions": len(pairs),
        "error_p50": _error(pairs),
        "covered": _hits(pairs),
        "coverage": coverage([pair.held for pair in pairs if pair.held is not None]),
    }
