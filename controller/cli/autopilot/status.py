"""`vvtvctl autopilot status`: what the autopilot is doing."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli import options
from controller.cli.autopilot.desk import desk_of
from controller.cli.autopilot.status_page import show
from controller.view import status as view


@click.command()
@options.state_option
@options.config_option
@options.json_option
def status(state: Path, config: Path | None, *, as_json: bool) -> None:
    """Say what the autopilot is doing, which values are in force, what holds it, and what comes next.

    \b
    Example:
      vvtvctl autopilot status --json
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    now = desk.clock.now()
    shown = view.status(desk.state(), holder=desk.holder(), now=now, config=desk.config)
    if as_json:
        options.print_json(shown)
        return
    show(shown, now)
