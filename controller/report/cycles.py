"""How the cycles of the period ended."""

from __future__ import annotations

from controller.report.markdown import table
from controller.report.material import Material
from controller.report.section import Plain, Section

UNDER_WAY = "under way"


def section(material: Material) -> Section:
    """Return how many cycles ended in which way, with the newest reason of each."""
    counts: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for record in material.records:
        outcome = record.outcome or UNDER_WAY
        counts[outcome] = counts.get(outcome, 0) + 1
        reasons[outcome] = (
            f"cycle {record.cycle}: {record.end_reason}" if record.end_reason else f"cycle {record.cycle}"
        )
    ordered = sorted(counts, key=lambda outcome: (-counts[outcome], outcome))
    if ordered:
        rows = ((outcome, str(counts[outcome]), reasons[outcome]) for outcome in ordered)
        lines = table(("outcome", "cycles", "the newest"), rows)
    else:
        lines = ("No cycle began in this period.",)
    data: Plain = [{"outcome": outcome, "cycles": counts[outcome], "newest": reasons[outcome]} for outcome in ordered]
    return Section("cycles", "Cycles", tuple(lines), data)
