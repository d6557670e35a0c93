"""`vvtvctl autopilot verify`: was anything that is stored altered?"""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli import options
from controller.cli.autopilot.desk import desk_of
from controller.counted import counted


@click.command()
@options.config_option
@options.state_option
@options.json_option
def verify(config: Path | None, state: Path, *, as_json: bool) -> None:
    """Check that nothing that is stored was altered: the journal's chain, its snapshots, history, and the live file.

    \b
    Example:
      vvtvctl autopilot verify && echo sound
    """  # noqa: D301 - click reads the backspace character
    found = desk_of(config, state).verify()
    if as_json:
        options.print_json(found)
        return
    click.echo(
        f"sound: {found['events']} events in one unbroken chain, {counted(found['versions'], 'version')} in history, "
        f"live parameters are version {found['live'][:12]}"
    )
