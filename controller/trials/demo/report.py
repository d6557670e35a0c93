"""The demo's report: one HTML file, no network: what each act promised, what was seen, and the charts of it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from controller.adapters.atomic import write_atomic
from controller.cli import tables
from controller.cli.narrate import sentence
from controller.journal.event import CanaryLooked, Event, Measured, Proposed
from controller.journal.store import Journal
from controller.trials.demo import impact
from controller.trials.demo.chart import Band, Points, chart
from controller.trials.demo.show import Show
from controller.trials.demo.stage import Stage
from exporter import names, promql, reference
from exporter.catalog import CATALOG
from exporter.seconds import HOUR

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>VVTV Autopilot: demo</title><style>
:root { color-scheme: light dark; --ink: #212529; --soft: #868e96; --paper: #fff; --band: #f1f3f5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9ecef; --soft: #868e96; --paper: #16181b; --band: #22262a; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem;
       margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: var(--soft); } svg text.key { fill: revert-layer; }
.grid { stroke: var(--soft); stroke-opacity: .3; } .band0 { fill: var(--band); } .band1 { fill: none; }
.passed { color: #2f9e44; } .failed { color: #e03131; font-weight: bold; }
table { border-collapse: collapse; } td { padding: .1rem .8rem .1rem 0; vertical-align: top; }
th { text-align: left; font-weight: 600; padding: .1rem .8rem .1rem 0; }
caption { caption-side: bottom; text-align: left; color: var(--soft); font-size: 13px; padding-top: .3rem; }
.figures td { font-variant-numeric: tabular-nums; white-space: nowrap; } .wide { overflow-x: auto; }
td:first-child { color: var(--soft); white-space: nowrap; } code, pre { font-size: 13px; overflow-wrap: anywhere; }
</style></head><body>
<h1>VVTV Autopilot: $title</h1>
<p class="$mark">$verdict in $seconds s.</p>
<p>Everything below was read from Prometheus, Alertmanager and the controller's journal while the demo ran. The history
before the first act was made by the same service under a simulated clock; the acts themselves ran live.</p>
$predictions
<h2>What happened</h2>$charts
<h2>The acts</h2>$acts
<h2>The journal</h2><table>$journal</table>
</body></html>
""")


def _lines(stage: Stage, query: str, start: float, end: float, step: float = 1.0) -> dict[str, Points]:
    answer = stage.prometheus.range(query, start, end, step)
    found = {
        series.labels.get(names.VARIANT, "value"): list(zip(series.times.tolist(), series.values.tolist(), strict=True))
        for series in answer.series
    }
    return {arm: found[arm] for arm in (*names.ARMS, "value") if arm in found}


def _past(stage: Stage, show: Show, end: float) -> str:
    """Return the primary KPI's course over a past in which something happened; nothing of any other."""
    if show.past.turn is None:
        return ""
    primary = stage.desk.config.judged[0].kpi
    query = promql.level(primary, "1h", (names.VARIANT,), stage.desk.config.selector)
    start = end - show.past.coarse.hours * HOUR + HOUR
    title = f"{primary.title}, 1 h mean, over the {show.past.coarse.hours / 24:.0f} days before"
    turn = Band(end - show.past.turn.seconds, end, "other viewers")
    return f"<h3>{escape(title)}</h3>{chart(title, _lines(stage, query, start, end, HOUR), [turn])}"


def _moves(lines: dict[str, Points]) -> bool:
    """Whether there is anything to see."""
    return len({value for line in lines.values() for _, value in line if math.isfinite(value)}) > 1


def _charts(stage: Stage, bands: Sequence[Band], events: Sequence[Event]) -> str:
    start, end = bands[0].start, bands[-1].end
    primary = stage.desk.config.judged[0].kpi
    temperature = promql.matcher(names.PARAMETER, reference.TEMPERATURE)
    value, breaker = CATALOG.metric("vvtv_parameter_value").name, CATALOG.metric("vvtv_llm_breaker_state").name
    shown = [
        (f"{primary.title}, 8 s mean", promql.level(primary, "8s", (names.VARIANT,), stage.desk.config.selector)),
        (f"{reference.TEMPERATURE} per arm, as the service applies it", f"{value}{{{temperature}}}"),
        ("LLM breaker open", f"max({breaker}{{{promql.matcher(names.STATE, 'open')}}})"),
    ]
    lines = {title: _lines(stage, query, start, end) for title, query in shown}
    looks = [
        (event.at, kpi)
        for event in events
        if isinstance(event.payload, CanaryLooked)
        for kpi in event.payload.kpis
        if kpi.kpi == primary.name
    ]
    interval: dict[str, Points] = {
        "effect": [(at, kpi.effect) for at, kpi in looks],
        "upper": [(at, kpi.effect + kpi.margin) for at, kpi in looks],
        "lower": [(at, kpi.effect - kpi.margin) for at, kpi in looks],
    }
    lines[f"Canary effect on {primary.name} at each look, with its interval"] = interval
    return "".join(
        f"<h3>{escape(title)}</h3>{chart(title, found, bands)}" for title, found in lines.items() if _moves(found)
    )


def _predictions(events: Sequence[Event]) -> str:
    """Return each proposal that anything was predicted of, with what its canary measured; nothing without any."""
    parts, proposed = [], None
    for event in events:
        if isinstance(event.payload, Proposed):
            proposed = event.payload if event.payload.predicted else None
        elif isinstance(event.payload, Measured) and proposed is not None:
            moved = ", ".join(move.text for move in proposed.changes)
            parts.append(
                f"<h3>Cycle {proposed.cycle}: {escape(moved)}</h3><p>{escape(proposed.rationale)}</p>"
                f'<div class="wide">{impact.html(event.payload.impacts)}</div>'
            )
    title = "<h2>What the autopilot predicted, and what came of it</h2>"
    return f"{title}{''.join(parts)}" if parts else ""


def shown(value: object) -> str:
    """Return evidence as a reader wants it: texts as they are, numbers with four digits; summary.json has all."""
    return value if isinstance(value, str) else json.dumps(_rounded(value), default=str)


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value


def _acts(summary: dict[str, Any]) -> str:
    parts = []
    for act in summary["acts"]:
        mark = "passed" if act["passed"] else "failed"
        rows = "".join(
            f"<tr><td>{escape(key.replace('_', ' '))}</td><td><code>{escape(shown(value))}</code></td></tr>"
            for key, value in act["evidence"].items()
        )
        parts.append(
            f'<h3>{escape(act["name"])} <span class="{mark}">{mark}</span></h3><p>{escape(act["promise"])} '
            f"({act['seconds']} s)</p><table>{rows}</table>"
        )
    return "".join(parts)


def write_report(path: Path, show: Show, summary: dict[str, Any], stage: Stage, bands: Sequence[Band]) -> None:
    """Write the report. Raises PrometheusError, StorageError."""
    with Journal(stage.desk.place.journal, "demo") as journal:
        events = journal.read()
    told = ((event, sentence(event)) for event in events)
    rows = "".join(
        f"<tr><td>{event.seq} {tables.moment(event.at)[11:]}</td><td>{escape(text)}</td></tr>"
        for event, text in told
        if text
    )
    page = _PAGE.substitute(
        title=escape(show.title),
        mark="passed" if summary["passed"] else "failed",
        verdict="All acts passed" if summary["passed"] else "Not every act passed",
        seconds=f"{summary['seconds']:.0f}",
        predictions=_predictions(events),
        charts=_past(stage, show, bands[-1].end) + _charts(stage, bands, events),
        acts=_acts(summary),
        journal=rows,
    )
    write_atomic(path, page.encode())
