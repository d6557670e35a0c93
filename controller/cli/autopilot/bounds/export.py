"""`vvtvctl autopilot bounds export`."""

from __future__ import annotations

import math
from pathlib import Path

import click

from controller.adapters.atomic import write_atomic
from controller.cli import options
from controller.cli.autopilot.desk import desk_of
from controller.cli.say import say
from controller.view import bounds as view_bounds


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file, not to stdout.")
@options.config_option
@options.state_option
def export(out: Path | None, config: Path | None, state: Path) -> None:
    """Write everything that is known of bounds as JSON: settings, state, trials, moves and every event about them.

    \b
    Example:
      vvtvctl autopilot bounds export --out bounds.json
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    found = view_bounds.exported(desk.config, desk.state(), desk.events(looks_from=math.inf), desk.clock.now())
    if out is None:
        options.print_json(found)
        return
    write_atomic(out, (options.json_text(found) + "\n").encode())
    say(f"{out}: bounds of {len(found['parameters'])} parameters, {len(found['history'])} events about them")
