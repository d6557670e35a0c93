"""`vvtvctl autopilot schedule set`: another schedule, written into the configuration."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli import options
from controller.cli.autopilot.config.edit import edit
from controller.cli.change import Change, changing
from controller.config.schedule import SCHEDULED
from controller.decide.schedule import WhenError, parse_when
from controller.errors import ConfigError


@click.command("set")
@click.argument("name", type=click.Choice(SCHEDULED))
@click.argument("when")
@changing()
@options.config_option
@options.state_option
def set_(change: Change, name: str, when: str, config: Path | None, state: Path) -> None:
    """Start NAME (cycle, triage or upkeep) at WHEN from now on, in UTC; a running controller follows at once.

    WHEN is `daily 03:00`, `weekly sun 02:00`, `cron 0 3 * * 1-5` (five fields) or `never`. This is
    `vvtvctl autopilot config edit --set schedule.NAME=WHEN` with a look at WHEN first.

    \b
    Examples:
      vvtvctl autopilot schedule set cycle "daily 04:00" --reason "the backup runs at three"
      vvtvctl autopilot schedule set triage never --reason "we read the reports ourselves" --dry-run
    """  # noqa: D301 - click reads the backspace character
    try:
        wanted = parse_when(when)
    except WhenError as error:
        raise ConfigError(f"schedule.{name}: {error}") from None
    click.get_current_context().invoke(
        edit,
        sets=(f'schedule.{name}="{wanted}"',),
        unsets=(),
        config=config,
        state=state,
        reason=change.reason,
        yes=change.yes,
        dry_run=change.dry_run,
        as_json=change.as_json,
    )
