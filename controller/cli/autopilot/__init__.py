"""`vvtvctl autopilot`: start a cycle, see what is going on, stop it, unwind it, and read what it learnt."""

from __future__ import annotations

import click

from controller.cli.lazy import LazyGroup

MEMBERS = {
    "bounds": "controller.cli.autopilot.bounds:bounds",
    "history": "controller.cli.autopilot.history:history",
    "pause": "controller.cli.autopilot.control:pause",
    "report": "controller.cli.autopilot.report:report",
    "resume": "controller.cli.autopilot.control:resume",
    "rollback": "controller.cli.autopilot.control:rollback",
    "run-once": "controller.cli.autopilot.run_once:run_once",
    "simulate": "controller.cli.autopilot.simulate:simulate",
    "status": "controller.cli.autopilot.status:status",
    "verify": "controller.cli.autopilot.verify:verify",
}


@click.group(cls=LazyGroup, members=MEMBERS)
def autopilot() -> None:
    """Start, watch, stop and unwind the autopilot."""
