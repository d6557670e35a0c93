"""Every proposal of the period: why, what it was to do, and what it did."""

from __future__ import annotations

from controller.casebook.record import Record
from controller.finite import finite
from controller.journal.event import Moved
from controller.moment import moment
from controller.report.markdown import number, span, table, text
from controller.report.material import Material
from controller.report.pairs import Pair, pairs
from controller.report.section import Plain, Section
from exporter.parameter import shown

_HEAD = ("KPI", "predicted", "interval", "measured", "standard error", "error", "in the interval")


def section(material: Material) -> Section:
    """Return the proposals, the newest first."""
    tried = [record for record in material.records if record.changes][::-1]
    lines = [line for record in tried for line in _lines(record)]
    return Section(
        "proposals",
        "Proposals",
        tuple(lines) or ("Nothing was proposed in this period.",),
        [_data(record) for record in tried],
    )


def _moves(changes: tuple[Moved, ...]) -> str:
    return ", ".join(f"{move.parameter} {shown(move.old)} -> {shown(move.new)}" for move in changes)


def _lines(record: Record) -> tuple[str, ...]:
    ended = record.outcome or record.verdict or "under way"
    rows = [_row(pair) for pair in pairs(record)]
    why = record.rationale.removeprefix(f"{_moves(record.changes)}: ")  # the heading has just said it
    return (
        f"### Cycle {record.cycle}: {text(_moves(record.changes))}",
        "",
        f"{moment(record.begun_at)} UTC, {text(ended)}. {text(why)}",
        "",
        *(table(_HEAD, rows) if rows else ("No effect was predicted or measured.",)),
        "",
    )


def _row(pair: Pair) -> tuple[str, ...]:
    predicted, measured = pair.predicted, pair.measured
    ratio = None if measured is None else measured.error_ratio
    return (
        pair.kpi,
        "-" if predicted is None else number(predicted.effect, "+.3g"),
        "-" if predicted is None else span(predicted.low, predicted.high),
        "-" if measured is None else number(measured.measured, "+.3g"),
        "-" if measured is None else number(measured.standard_error, ".2g"),
        number(ratio, ".0%"),
        _inside(pair),
    )


def _inside(pair: Pair) -> str:
    """Return whether the interval held what was measured; one that ended early has a wider one than is shown."""
    found = pair.held
    if pair.covered is None or found is None:
        return "-"
    if not pair.covered:
        return "NO"
    return "yes" if found.low <= found.measured <= found.high else "yes, as it ended early"


def _data(record: Record) -> Plain:
    return {
        "cycle": record.cycle,
        "at": record.begun_at,
        "changes": [move.model_dump() for move in record.changes],
        "rationale": record.rationale,
        "verdict": record.verdict or None,
        "outcome": record.outcome or None,
        "kpis": [
            {
                "kpi": pair.kpi,
                "predicted": None if pair.predicted is None else finite(pair.predicted.model_dump(exclude={"kpi"})),
                "measured": None if pair.measured is None else finite(pair.measured.model_dump(exclude={"kpi"})),
                "covered": pair.covered,
            }
            for pair in pairs(record)
        ],
    }
