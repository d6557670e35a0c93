"""`vvtvctl autopilot bounds`: what the autopilot may propose, why, and an operator's word on it."""

from __future__ import annotations

import click

from controller.cli.lazy import LazyGroup

MEMBERS = {
    "adjust": "controller.cli.autopilot.bounds.adjust:adjust",
    "clear": "controller.cli.autopilot.bounds.order:clear",
    "export": "controller.cli.autopilot.bounds.export:export",
    "history": "controller.cli.autopilot.bounds.history:history",
    "override": "controller.cli.autopilot.bounds.order:override",
    "show": "controller.cli.autopilot.bounds.show:show",
}


@click.group(cls=LazyGroup, members=MEMBERS)
def bounds() -> None:
    """Show the sliding bounds, tell why they moved, and put others in their place for a while.

    \b
    Examples:
      vvtvctl autopilot bounds show
      vvtvctl autopilot bounds override temperature --low 0.5 --high 0.7 --for 2h --reason "release day"
    """  # noqa: D301 - click reads the backspace character
