"""`vvtvctl autopilot rollback`: the values of an earlier version, without a canary."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli import options
from controller.cli.autopilot.desk import assigned, desk_of
from controller.cli.autopilot.emergency import tell
from controller.cli.autopilot.history.reader import PREVIOUS, reader
from controller.cli.change import Change, changing


@click.command()
@click.argument("version")
@click.option("--force", is_flag=True, help="Also to values outside the sliding bounds; hard bounds always hold.")
@click.option("--emergency", is_flag=True, help="An emergency pause first, then the rollback, as with --force.")
@changing()
@options.config_option
@options.state_option
def rollback(change: Change, version: str, *, force: bool, emergency: bool, config: Path | None, state: Path) -> None:
    """Bring the values of VERSION (six digits or more from `history`, or `previous`) back into force in every arm.

    A cycle that is under way is aborted first. A parameter that the version does not know keeps its value. Without a
    running controller this command does it itself. Exit 4 when the values lie outside the sliding bounds.

    \b
    Examples:
      vvtvctl autopilot rollback 3f2a9c --reason "completion fell at noon"
      vvtvctl autopilot rollback 3f2a9c --emergency --reason "error pages" --yes
      vvtvctl autopilot rollback previous --reason "bad since the last change" --dry-run
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    if version == PREVIOUS:
        with reader(config, state) as found:
            version = found.version(PREVIOUS).version
    plan = desk.plan_rollback(version, change.reason, force=force or emergency)
    effect = f"stop everything (emergency pause), then {plan.effect}" if emergency else plan.effect
    if not change.goes_ahead(effect, {"order": "rollback"}):
        return
    if emergency:
        stopped = desk.emergency_pause(change.reason)
        if stopped.error is not None or not change.as_json:
            tell(change, stopped)
    done = desk.carry_out_rollback(plan)
    text = f"in force in every arm: {assigned(done.values)} (version {done.version[:12]}; by {done.by}: {done.reason})"
    after = '; the emergency pause stays until `vvtvctl autopilot resume --reason "..."`' if emergency else ""
    change.tell(text + after, done.model_dump())
