"""Which sections a report has, in their order. A new one is a module and a line here."""

from __future__ import annotations

from controller.report import accuracy, analysis, bounds, cycles, model, proposals, values
from controller.report.section import Builder

SECTIONS: tuple[Builder, ...] = (
    analysis.section,
    cycles.section,
    proposals.section,
    accuracy.section,
    model.section,
    bounds.section,
    values.section,
)
