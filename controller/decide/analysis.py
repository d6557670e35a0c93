"""What the KPIs' levels mean before a change is proposed: findings in words, and what stands against a change."""

from __future__ import annotations

from dataclasses import dataclass

from controller.model import JudgedKpi, Level, Role


@dataclass(frozen=True)
class Analysis:
    """Findings in words; `blocked` says why no change should be proposed now, None when nothing stands against it."""

    findings: tuple[str, ...]
    blocked: str | None


def analyse(judged: tuple[JudgedKpi, ...], now: tuple[Level, ...], earlier: tuple[Level, ...]) -> Analysis:
    """Return what the levels of this window and of the window before it say."""
    levels = {level.kpi: level for level in now}
    before = {level.kpi: level.value for level in earlier}
    findings, blocked = [], None
    for item in judged:
        name, level = item.kpi.name, levels.get(item.kpi.name)
        if level is None or level.value is None:
            content = "missing" if level is None else level.content
            findings.append(f"{name}: no level to be seen ({content})")
            if item.role is Role.PRIMARY:
                blocked = f"{name}, the primary KPI, has no level over the analysis window ({content})"
            continue
        text = f"{name} is {level.value:.4g}"
        if (previous := before.get(name)) is not None:
            text += f", {previous:.4g} in the window before"
        if item.kpi.band is not None and not item.kpi.band[0] <= level.value <= item.kpi.band[1]:
            text += f": outside its band [{item.kpi.band[0]:g}, {item.kpi.band[1]:g}]"
        findings.append(text)
    return Analysis(tuple(findings), blocked)
