"""`vvtvctl autopilot bounds history`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from controller.cli import options, tables
from controller.cli.autopilot.desk import desk_of
from controller.journal import event as ev
from controller.view import bounds as view_bounds

HEAD = ("at (UTC)", "parameter", "what", "from", "to", "why")


@click.command()
@click.argument("name", required=False)
@click.option("--limit", default=20, show_default=True, help="How many of the newest to show.")
@options.config_option
@options.state_option
@options.json_option
def history(name: str | None, limit: int, config: Path | None, state: Path, *, as_json: bool) -> None:
    """List the adjustments of the bounds of parameter NAME (of all of them), newest first, each with its reason.

    \b
    Example:
      vvtvctl autopilot bounds history temperature
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    if name is not None:
        desk.config.specs.get(name)
    found = [
        line
        for event in desk.events(looks_from=math.inf)
        if isinstance(event.payload, ev.BoundsAdjusted)
        and name in (None, event.payload.parameter)
        and (line := view_bounds.entry(event)) is not None
    ][::-1][: max(0, limit)]
    if as_json:
        options.print_json(found)
        return
    out = tables.console()
    if not found:
        out.print("no bounds were adjusted yet")
        return
    out.print(tables.table("Adjustments of bounds, newest first", HEAD, (_row(item) for item in found)))


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    return (
        tables.moment(item["at"])[:16],
        item["parameter"],
        item["adjustment"],
        f"{item['old_low']:.4g} .. {item['old_high']:.4g}",
        f"{item['low']:.4g} .. {item['high']:.4g}",
        item["reason"],
    )
