"""`vvtvctl autopilot`: start a cycle, see what is going on, stop it, unwind it, and read what it learnt."""

from __future__ import annotations

import click

from controller.cli.lazy import LazyGroup

MEMBERS = {
    "bounds": "controller.cli.autopilot.bounds:bounds",
    "canary-status": "controller.cli.autopilot.canary_status:canary_status",
    "config": "controller.cli.autopilot.config:config",
    "drift-check": "controller.cli.autopilot.drift_check:drift_check",
    "emergency-pause": "controller.cli.autopilot.emergency:emergency_pause",
    "force-deploy": "controller.cli.autopilot.deploy:force_deploy",
    "history": "controller.cli.autopilot.history:history",
    "override-bounds": "controller.cli.autopilot.bounds.order:override_bounds",
    "pause": "controller.cli.autopilot.control:pause",
    "report": "controller.cli.autopilot.report:report",
    "resume": "controller.cli.autopilot.control:resume",
    "rollback": "controller.cli.autopilot.rollback:rollback",
    "run-once": "controller.cli.autopilot.run_once:run_once",
    "schedule": "controller.cli.autopilot.schedule:schedule",
    "simulate": "controller.cli.autopilot.simulate:simulate",
    "status": "controller.cli.autopilot.status:status",
    "triage": "controller.cli.autopilot.triage:triage",
    "validate": "controller.cli.autopilot.validate:validate",
    "verify": "controller.cli.autopilot.verify:verify",
}


@click.group(cls=LazyGroup, members=MEMBERS)
def autopilot() -> None:
    """Start, watch, stop and unwind the autopilot."""
