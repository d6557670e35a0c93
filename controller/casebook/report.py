"""A canary as one self-contained HTML page: no network, no scripts, light and dark; all that is told is escaped."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

from controller.casebook.chart import chart
from controller.casebook.reading import interval
from controller.casebook.record import Looked, Record
from controller.casebook.report_template import PAGE
from controller.casebook.story import Story, Told, tell
from controller.casebook.words import Terms, minute, moves
from controller.duration import duration
from controller.journal.event import KpiLook


def report(record: Record, terms: Terms, moments: tuple[str, str]) -> str:
    """Return the page.

    Args:
        record: the canary.
        terms: how its KPIs are named in words.
        moments: begin and end in words, as the caller's clock writes them.
    """
    story = tell(record, terms)
    return PAGE.substitute(
        title=escape(story.headline),
        mark="good" if record.promoted else "bad" if story.failure else "open",
        headline=escape(story.headline),
        reason=escape(_reason(story)),
        facts=_rows(_facts(record, terms, moments)),
        story=_rows(_told(told) for told in (*story.before, *story.course, *story.after)),
        charts=_charts(record, terms),
        looks="".join(_look(looked, record, terms) for looked in record.looks)
        or f"<p>There was no look{_yet(record)}.</p>",
    )


def _yet(record: Record) -> str:
    return "" if record.verdict or record.outcome else " yet"


def _reason(story: Story) -> str:
    if story.failure is not None:
        return f"{story.failure.why}. {story.failure.next}."
    texts = [told.text for told in story.after if told.seconds is None]
    return "; ".join(texts) + "." if texts else ""


def _facts(record: Record, terms: Terms, moments: tuple[str, str]) -> list[tuple[str, str]]:
    planned = duration(record.planned * terms.scrape)
    facts = [
        ("change", moves(record.changes)),
        ("began", f"{moments[0]} UTC, by {record.asked_by or record.trigger}"),
        (
            "over" if record.verdict or record.outcome else "last heard of",
            f"{moments[1]} UTC, after {duration(record.over_at - record.origin)}",
        ),
    ]
    if record.started_at is not None:
        facts += [
            ("exposed", f"{duration(record.exposed)}, {planned} planned ({record.planned} points)"),
            ("looks", str(len(record.looks))),
            ("version", record.version),
        ]
    if record.steps:
        facts.append(("share", ", then ".join(f"{step.weight:.3g}" for step in record.steps) + " of the traffic"))
    return facts


def _told(told: Told) -> tuple[str, str]:
    return (told.label if told.seconds is None else minute(told.seconds)), told.text


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in rows)


def _charts(record: Record, terms: Terms) -> str:
    kpis = list(dict.fromkeys(item.kpi for looked in record.looks for item in looked.look.kpis))
    parts = []
    for index, kpi in enumerate(kpis):
        item = next(found for looked in reversed(record.looks) if (found := looked.kpi(kpi)) is not None)
        title = f'{escape(kpi)} <span class="soft">{escape(item.role)}, {escape(_want(kpi, terms))}</span>'
        parts.append(f"<h3>{title}</h3>{chart(record, kpi, terms, f'plot{index}')}")
    return "".join(parts) or f"<p>Nothing was seen of it{_yet(record)}.</p>"


def _want(kpi: str, terms: Terms) -> str:
    judged = terms.judged(kpi)
    if judged is None:
        return "not configured any more"
    return {"higher": "higher is better", "lower": "lower is better", "band": "should stay"}[judged.kpi.direction]


def _look(looked: Looked, record: Record, terms: Terms) -> str:
    look = looked.look
    rows = "".join(_kpi_row(item, terms) for item in look.kpis)
    head = "".join(
        f"<th>{name}</th>" for name in ("KPI", "role", "points", "effect", "interval", "seen", "noise", "says")
    )
    proof = "".join(
        f"<dt>{escape(item.kpi)}</dt><dd><code>{escape(item.query)}</code><br>"
        f"samples <code>{escape(item.digest)}</code></dd>"
        for item in look.kpis
    )
    told = f"look {look.look}, {minute(looked.at - record.origin)}: {look.verdict}"
    if (primary := looked.kpi(record.primary)) is not None:
        told += f", {primary.kpi} {terms.effect(primary.kpi, primary.effect)}"
    table = f'<div class="wide"><table class="looks"><tr>{head}</tr>{rows}</table></div>' if rows else ""
    why = "".join(f"<li>{escape(reason)}</li>" for reason in look.reasons)
    return f"<details><summary>{escape(told)}</summary>{table}<ul>{why}</ul><dl>{proof}</dl></details>"


def _kpi_row(item: KpiLook, terms: Terms) -> str:
    def share(value: float, form: str) -> str:
        return "-" if math.isnan(value) else format(value, form)

    cells = (
        item.kpi,
        item.role,
        str(item.count),
        terms.effect(item.kpi, item.effect),
        terms.span(item.kpi, *interval(item)),
        share(item.fraction, ".0%"),
        share(item.noise, ".3g"),
        f"{item.verdict}: {item.reason}",
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
