"""`vvtvctl autopilot force-deploy`: values in force without a canary."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli import options
from controller.cli.autopilot.desk import assigned, desk_of
from controller.cli.autopilot.run_once import assignments
from controller.cli.change import Change, changing


@click.command("force-deploy")
@click.option("--set", "pairs", multiple=True, required=True, metavar="NAME=VALUE", help="A value; once per parameter.")
@click.option("--force", is_flag=True, help="Without golden cases, and outside the sliding bounds, too.")
@changing()
@options.config_option
@options.state_option
def force_deploy(change: Change, *, pairs: tuple[str, ...], force: bool, config: Path | None, state: Path) -> None:
    """Put values in force in every arm WITHOUT a canary: `run-once --set` would try them first.

    Golden cases and sliding bounds must allow them unless it is forced; hard bounds always hold. A cycle that is under
    way is aborted first. Without a running controller this command does it itself. Exit 4 when it is refused.

    \b
    Examples:
      vvtvctl autopilot force-deploy --set temperature=0.7 --reason "agreed with the team" --dry-run
      vvtvctl autopilot force-deploy --set temperature=0.7 --reason "stop the complaints" --force --yes
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    plan = desk.plan_deploy(assignments(pairs, desk.config.specs) or {}, change.reason, force=force)
    if not change.goes_ahead(plan.effect, {"order": "deploy"}):
        return
    done = desk.carry_out_deploy(plan)
    said = f"version {done.version[:12]}; golden cases: {done.golden}; by {done.by}: {done.reason}"
    text = f"in force in every arm, without a canary: {assigned(done.values)} ({said})"
    change.tell(text, done.model_dump())
