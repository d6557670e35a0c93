"""`vvtvctl autopilot history`: what was in force, when, by whom, why, and what came of it."""

from __future__ import annotations

import click

from controller.cli.lazy import LazyGroup

MEMBERS = {
    "compact": "controller.cli.autopilot.history.compact:compact",
    "diff": "controller.cli.autopilot.history.diff:diff",
    "export": "controller.cli.autopilot.history.export:export",
    "list": "controller.cli.autopilot.history.list:list_",
    "show": "controller.cli.autopilot.history.show:show",
    "trends": "controller.cli.autopilot.history.trends:trends",
    "verify": "controller.cli.autopilot.history.verify:verify",
}


@click.group(cls=LazyGroup, members=MEMBERS, default="list")
def history() -> None:
    """Show what was in force, when, by whom, why, and what came of it; without a command, the newest of it.

    \b
    Examples:
      vvtvctl autopilot history
      vvtvctl autopilot history list --parameter temperature --since 30d
      vvtvctl autopilot history diff previous live
    """  # noqa: D301 - click reads the backspace character
