"""`vvtvctl canary`: before, during and after a canary, and the verdict as a service for others."""

from __future__ import annotations

import click

from controller.cli.lazy import LazyGroup

MEMBERS = {
    "abort": "controller.cli.canary.control:abort",
    "approve": "controller.cli.canary.control:approve",
    "explain": "controller.cli.canary.explain:explain",
    "history": "controller.cli.canary.history:history",
    "judge": "controller.cli.canary.judge:judge",
    "pause": "controller.cli.canary.control:pause",
    "power": "controller.cli.canary.power:power",
    "reject": "controller.cli.canary.control:reject",
    "replay": "controller.cli.canary.replay:replay",
    "report": "controller.cli.canary.report:report",
    "resume": "controller.cli.canary.control:resume",
    "serve": "controller.cli.canary.serve:serve",
    "status": "controller.cli.canary.status:status",
}


@click.group(cls=LazyGroup, members=MEMBERS)
def canary() -> None:
    """Judge canaries: power before, status and control during, explanation and replay after.

    \b
    Examples:
      vvtvctl canary power                  what a canary can detect, from the A/A history
      vvtvctl canary status --watch         the running canary as a chart
      vvtvctl canary explain cycle-12       why it ended as it did
      vvtvctl canary judge case.json        our verdict on somebody else's canary
    """  # noqa: D301 - click reads the backspace character
