"""All KPIs together: findings, the same in words, and what stands against a change."""

from __future__ import annotations

from dataclasses import dataclass

from controller.decide.analysis.finding import Finding, FindingKind, percent
from controller.decide.analysis.level import Aims, Place
from controller.decide.analysis.opportunity import opportunities
from controller.decide.analysis.study import Study, study
from controller.model import JudgedKpi, KpiCourse, Level, Role

_NO_AIMS = Aims()


@dataclass(frozen=True)
class Analysis:
    """What the KPIs say before a change is proposed.

    Attributes:
        texts: one text per KPI with what matters, and a last one for what is worth a change first, if anything is.
        findings: everything that was found, KPI by KPI, opportunities last with the most pressing first.
        blocked: why no change should be proposed now; None when nothing stands against it.
    """

    texts: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    blocked: str | None = None


def analyse(
    judged: tuple[JudgedKpi, ...],
    now: tuple[Level, ...],
    earlier: tuple[Level, ...],
    courses: tuple[KpiCourse, ...] = (),
    aims: Aims = _NO_AIMS,
) -> Analysis:
    """Return what this window, the window before it, and the days before both say.

    Args:
        judged: the KPIs, the primary one first.
        now: levels over the window.
        earlier: levels over the window before.
        courses: how the KPIs went, in any order; KPIs without one are told by their levels alone.
        aims: what is wanted of the levels.
    """
    levels = {level.kpi: level for level in now}
    before = {level.kpi: level.value for level in earlier}
    tracks = {course.kpi: course for course in courses}
    texts, findings, studies, blocked = [], [], [], None
    for item in judged:
        name, level = item.kpi.name, levels.get(item.kpi.name)
        if level is None or level.value is None:
            content = "missing" if level is None else level.content
            texts.append(f"{name}: no level to be seen ({content})")
            findings.append(Finding(name, FindingKind.QUALITY, f"no level to be seen ({content})", 1.0))
            if item.role is Role.PRIMARY:
                blocked = f"{name}, the primary KPI, has no level over the analysis window ({content})"
            continue
        studied = study(item, level.value, before.get(name), tracks.get(name), aims)
        studies.append(studied)
        texts.append(_text(studied))
        findings += studied.findings
    worth = opportunities(studies)
    if worth:
        texts.append("worth a change: " + ", then ".join(finding.kpi for finding in worth))
    return Analysis(tuple(texts), (*findings, *worth), blocked)


def _text(studied: Study) -> str:
    """Return what matters of a KPI: its level, a trend that is sure, where it does not stand well, what is wrong."""
    found = studied.found
    parts = [found[FindingKind.LEVEL][0].text]
    if studied.trend is not None and studied.trend.told:
        trend = found[FindingKind.TREND][0]
        parts.append(f"{trend.text} ({percent(trend.confidence)} sure)")
    parts += [item.text for item in studied.standings if item.place is not Place.INSIDE]
    held = {item.text for item in studied.standings}
    parts += [item.text for item in found[FindingKind.GOAL] if item.text not in held]
    parts += [item.text for item in found[FindingKind.QUALITY]]
    return f"{studied.judged.kpi.name} {', '.join(parts)}"
