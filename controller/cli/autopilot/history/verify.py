"""`vvtvctl autopilot history verify`: is every version there, and as it was written?"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from controller.cli import options
from controller.cli.autopilot.desk import desk_of
from controller.cli.autopilot.history.filters import place_options
from controller.cli.say import say
from controller.counted import counted
from controller.errors import IntegrityError
from controller.history.verify import verify as verified
from controller.journal.store import Journal
from controller.who import writer_id


@click.command()
@place_options
def verify(config: Path | None, state: Path, *, as_json: bool) -> None:
    """Check history byte by byte: every version's file, every archive, and that none is missing that the journal names.

    It changes nothing. Exit 5 when something is damaged or missing; each line says what, where, and what to do.
    `vvtvctl autopilot verify` checks this, the journal's chain and the live file.

    \b
    Example:
      vvtvctl autopilot history verify
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    with Journal(desk.place.journal, writer_id()) as journal:
        report = verified(desk.place.history, journal)
    if as_json:
        told = {name: value for name, value in asdict(report).items() if name != "versions"}
        options.print_json({"sound": not report.problems, **told})
    else:
        for problem in report.problems:
            say(f"damaged: {problem}")
        for note in report.notes:
            say(f"note: {note}")
        said = counted(len(report.problems), "problem") if report.problems else "sound"
        kept = f"{report.archived} in {counted(report.archives, 'archive')}"
        times = f"{counted(report.entries, 'time')} in force in the journal"
        click.echo(f"{said}: {counted(report.files, 'version')} in files, {kept}, {times}")
    if report.problems:
        sys.exit(IntegrityError.exit_code)
