"""Which KPI is worth a change first: those off their goal, limit or band, and those that trend the wrong way.

Ranked by what is at stake: how far off, in margins of the KPI (its own measure of what matters), times how sure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from controller.decide.analysis.finding import Finding, FindingKind, percent
from controller.decide.analysis.level import Place
from controller.decide.analysis.study import Study


def opportunities(studies: Iterable[Study]) -> tuple[Finding, ...]:
    """Return one finding for each KPI that is worth a change, the most pressing first; its value is in margins."""
    found = [best for study in studies if (best := _best(study)) is not None]
    return tuple(sorted(found, key=_stake, reverse=True))


def _stake(finding: Finding) -> tuple[float, float]:
    """Return what is at stake, most important first; what is off without a known error comes after all that is sure."""
    return finding.confidence * finding.value, finding.value


def _best(study: Study) -> Finding | None:
    candidates = [
        _finding(
            study, f"outside {item.wanted} by {item.short:.2g}", 1 - item.inside if item.known else 0.0, item.short
        )
        for item in study.standings
        if item.short > 0 and item.place is not Place.INSIDE
    ]
    if study.trend is not None and study.trend.worsens(study.judged.kpi):
        change = study.trend.change
        text = f"{'rises' if change.estimate > 0 else 'falls'} by {abs(change.estimate):.2g} over the window"
        candidates.append(_finding(study, text, change.sure, abs(change.estimate)))
    return max(candidates, key=_stake, default=None)


def _finding(study: Study, why: str, confidence: float, off: float) -> Finding:
    margin = study.margin
    size = off / margin if math.isfinite(margin) and margin > 0 else 0.0
    sure = f", {percent(confidence)} sure" if confidence > 0 else ""
    text = f"worth a change: {why} ({size:.2g} margins{sure})"
    return Finding(study.judged.kpi.name, FindingKind.OPPORTUNITY, text, confidence, size)
