"""Kayenta's score of a canary: weighted share of metrics that pass, with vetoes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from controller.decide.rivals.kayenta_metric import Label

TOO_MANY_NODATA = 0.5
COUNTED = (Label.PASS, Label.HIGH, Label.LOW, Label.NODATA_FAIL)


@dataclass(frozen=True)
class Scored:
    """A metric as the score sees it; a muted metric does not count at all."""

    label: Label
    critical: bool = False
    group: str = ""
    muted: bool = False


def score(metrics: tuple[Scored, ...], weights: Mapping[str, float]) -> float:
    """Return the score, 0 to 100, with two decimals.

    Args:
        metrics: every metric of the canary.
        weights: per cent per group; groups that are not named share what is left of 100.
    """
    counted = [metric for metric in metrics if not metric.muted]
    if any(metric.critical and metric.label is not Label.PASS for metric in counted):
        return 0.0
    if counted and sum(m.label is Label.NODATA for m in counted) >= TOO_MANY_NODATA * len(counted):
        return 0.0
    groups = sorted({metric.group for metric in counted})
    unnamed = [group for group in groups if group not in weights]
    rest = (100 - sum(weights.values())) / len(unnamed) if unnamed else 0.0
    total = 0.0
    for group in groups:
        labels = [metric.label for metric in counted if metric.group == group]
        total += group_score(labels) * weights.get(group, rest) / 100
    return round(total, 2)


def group_score(labels: list[Label]) -> float:
    """Return 100 times the share of passes; a group in which nothing counts has 100."""
    total = sum(label in COUNTED for label in labels)
    return 100 * sum(label is Label.PASS for label in labels) / total if total else 100.0
