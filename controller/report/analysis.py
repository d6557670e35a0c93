"""What the KPIs say now, or said when they were last looked at."""

from __future__ import annotations

from controller.duration import duration
from controller.finite import finite
from controller.moment import moment
from controller.report.markdown import number, span, table, text
from controller.report.material import Material
from controller.report.section import Section


def section(material: Material) -> Section:
    """Return the newest analysis: in words, and every finding with its confidence."""
    seen = material.seen
    lines = [text(seen.note), ""]
    if seen.at is not None:
        length = "" if seen.window is None else f" over {duration(seen.window)}"
        lines += [f"Findings{length} to {moment(seen.at)} UTC:", "", *(f"- {text(found)}" for found in seen.texts), ""]
    if seen.findings:
        lines += table(
            ("KPI", "kind", "finding", "confidence", "value", "95 % interval"),
            (
                (
                    item.kpi,
                    item.kind,
                    item.text,
                    f"{item.confidence:.1%}",
                    number(item.value),
                    span(item.low, item.high),
                )
                for item in seen.findings
            ),
        )
    data = {
        "note": seen.note,
        "at": seen.at,
        "window": seen.window,
        "texts": list(seen.texts),
        "findings": [finite(item.model_dump()) for item in seen.findings],
    }
    return Section("analysis", "Analysis", tuple(lines), data)
