"""`vvtvctl autopilot bounds show`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from controller.cli import options, tables
from controller.cli.autopilot.desk import desk_of
from controller.judging.plain import plain
from controller.view import bounds as view_bounds

HEAD = ("parameter", "value", "hard", "sliding", "may propose", "floor", "stable since (UTC)", "rollbacks")


def interval(ends: dict[str, Any]) -> str:
    """Return two ends as people read them."""
    return f"{ends['low']:.4g} .. {ends['high']:.4g}"


@click.command()
@options.config_option
@options.state_option
@options.json_option
def show(config: Path | None, state: Path, *, as_json: bool) -> None:
    """Say for each parameter which bounds hold, what may be proposed now, and what decides when the bounds move.

    \b
    Example:
      vvtvctl autopilot bounds show
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    found = view_bounds.shown(desk.config, desk.state(), desk.clock.now())
    if as_json:
        options.print_json(found)
        return
    out = tables.console()
    if not found:
        out.print("no parameter has bounds: all of them are choices")
        return
    out.print(tables.table("Bounds of the parameters", HEAD, (_row(item) for item in found)))
    if (share := min(item["share"] for item in found)) < 1:
        out.print(f"on the way back from a pause for drift: {share:.0%} of the room; drift-check says until when")
    for item in found:
        for note in _notes(item):
            out.print(plain(f"{item['parameter']}: {note}"), markup=False)


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    return (
        item["parameter"],
        tables.number(item["value"]),
        interval(item["hard"]),
        interval(item["sliding"]),
        interval(item["allowed"]),
        tables.number(item["floor"]),
        tables.moment(item["stable_since"])[:16],
        str(item["rollbacks"]),
    )


def _notes(item: dict[str, Any]) -> list[str]:
    """Return what does not go into a table: an override, and why there is little room."""
    found = []
    if (override := item["override"]) is not None:
        until = tables.moment(override["until"])
        found.append(f"override {interval(override)} until {until} UTC by {override['actor']}: {override['reason']}")
    if item["allowed"]["reason"]:
        found.append(item["allowed"]["reason"])
    if item["exhausted"]:
        found.append(f"at its floor; may expand from {tables.moment(item['may_expand_at'])} UTC on")
    return found
