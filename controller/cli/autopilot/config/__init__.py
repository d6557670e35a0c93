"""`vvtvctl autopilot config`: the configuration in force, and another one in its place."""

from __future__ import annotations

import click

from controller.cli.lazy import LazyGroup

MEMBERS = {
    "edit": "controller.cli.autopilot.config.edit:edit",
    "show": "controller.cli.autopilot.config.show:show",
}


@click.group(cls=LazyGroup, members=MEMBERS)
def config() -> None:
    """Show the configuration with its defaults filled in, and change it without losing comments.

    \b
    Examples:
      vvtvctl autopilot config show canary
      vvtvctl autopilot config edit --set canary.duration=2h --reason "small effects" --dry-run
    """  # noqa: D301 - click reads the backspace character
