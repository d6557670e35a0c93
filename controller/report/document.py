"""The whole report, as Markdown and as plain values."""

from __future__ import annotations

from controller.moment import moment
from controller.report.markdown import page, text
from controller.report.material import Material
from controller.report.section import Plain, Section
from controller.report.sections import SECTIONS


def sections(material: Material) -> tuple[Section, ...]:
    """Return every section of a report."""
    return tuple(build(material) for build in SECTIONS)


def markdown(material: Material) -> str:
    """Return the report as a Markdown page."""
    head = (
        f"# Autopilot of {text(material.config.service)}",
        "",
        f"From {moment(material.since)} to {moment(material.until)} UTC.",
    )
    parts = (("", f"## {part.title}", "", *part.lines) for part in sections(material))
    lines = [*head, *(line for part in parts for line in part)]
    return page(lines)


def document(material: Material) -> dict[str, Plain]:
    """Return the report as plain values: service, period, and a key for each section."""
    return {
        "service": material.config.service,
        "since": material.since,
        "until": material.until,
        **{part.key: part.data for part in sections(material)},
    }
