"""`vvtvctl autopilot status`: what the autopilot is doing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from controller import view
from controller.cli import options, tables
from controller.cli.autopilot.given import desk_of


@click.command()
@options.state_option
@options.config_option
@options.json_option
def status(state: Path, config: Path | None, *, as_json: bool) -> None:
    """Say what the autopilot is doing, which values are in force, and what holds it.

    \b
    Example:
      vvtvctl autopilot status --json
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    shown = view.status(desk.state(), holder=desk.holder(), now=desk.clock.now())
    if as_json:
        options.print_json(shown)
        return
    _print_status(shown)


def _print_predicted(out: Console, cycle: dict[str, Any]) -> None:
    """Print what is predicted of the proposal, KPI by KPI."""
    chance = "" if cycle["chance"] is None else f" (chance of a promotion {cycle['chance']:.0%})"
    rows = [
        (
            item["kpi"],
            f"{item['effect']:+.3g}",
            _span(item["low"], item["high"]),
            _span(item["true_low"], item["true_high"]),
        )
        for item in cycle["predicted"]
    ]
    head = ("KPI", "predicted", "the canary measures (95 %)", "the effect itself (95 %)")
    out.print(tables.table(f"\nPredicted effects{chance}", head, rows))


def _span(low: float | None, high: float | None) -> str:
    return "-" if low is None or high is None else f"{low:+.3g} to {high:+.3g}"


def _print_status(shown: dict[str, Any]) -> None:
    out = tables.console()
    cycle, canary = shown["cycle"], shown["canary"]
    rows = [
        ("controller", shown["controller"] or "none is running"),
        ("phase", shown["phase"] + (f" (cycle {cycle['number']})" if cycle else "")),
        ("paused", shown["paused"] or "no"),
        ("incidents", "; ".join(f"{i['alert']}: {i['summary']}" for i in shown["incidents"]) or "none"),
        ("version", shown["version"][:12] or "none yet"),
        ("cycles", ", ".join(f"{count} {name}" for name, count in shown["outcomes"].items()) or "none yet"),
        ("last cycle", f"{shown['last']['outcome'] or '-'}: {shown['last']['reason'] or '-'}"),
        ("journal", f"{shown['events']} events"),
    ]
    out.print(tables.table("Autopilot", ("", ""), rows))
    out.print(tables.table("\nParameters in force", ("parameter", "value"), shown["values"].items()))
    if cycle and cycle["rationale"]:
        out.print(f"\nProposal: {escape(cycle['rationale'])}")
    if cycle and cycle["predicted"]:
        _print_predicted(out, cycle)
    if canary:
        held = "held" if canary["paused"] else "running"
        out.print(
            f"\nCanary {canary['id']}: {held}, {canary['seconds']:g} s exposed, "
            f"look {canary['looks']}: {canary['verdict']}"
        )
        rows_ = [
            (
                k["kpi"],
                k["role"],
                k["count"],
                *(tables.number(k[x]) for x in ("effect", "margin", "harm_needed")),
                k["reason"],
            )
            for k in canary["kpis"]
        ]
        out.print(tables.table("", ("KPI", "role", "points", "effect", "+-", "harm at", "says"), rows_))
