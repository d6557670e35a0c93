"""`vvtvctl autopilot schedule`: when cycles and jobs start, how the last ones ended, and starting one now."""

from __future__ import annotations

import click

from controller.cli.lazy import LazyGroup

MEMBERS = {
    "run": "controller.cli.autopilot.schedule.run:run",
    "set": "controller.cli.autopilot.schedule.set:set_",
    "show": "controller.cli.autopilot.schedule.show:show",
}


@click.group(cls=LazyGroup, members=MEMBERS, default="show")
def schedule() -> None:
    """Show when cycles and jobs start, run one now, or set other moments; without a command, show.

    \b
    Examples:
      vvtvctl autopilot schedule
      vvtvctl autopilot schedule run triage --reason "after the incident"
      vvtvctl autopilot schedule set cycle "daily 04:00" --reason "the backup runs at three"
    """  # noqa: D301 - click reads the backspace character
