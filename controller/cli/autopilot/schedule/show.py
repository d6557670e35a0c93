"""`vvtvctl autopilot schedule show`: when cycles and jobs start, and how the last ones ended."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli import options, tables
from controller.cli.autopilot.desk import desk_of
from controller.cli.say import say
from controller.view.schedule import Row, document
from controller.view.schedule import schedule as rows_of


@click.command()
@options.config_option
@options.state_option
@options.json_option
def show(config: Path | None, state: Path, *, as_json: bool) -> None:
    """Show when cycles and jobs start next, how the last ones ended, and what was missed; all times are UTC.

    \b
    Examples:
      vvtvctl autopilot schedule show
      vvtvctl autopilot schedule --json
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    now, known, running = desk.clock.now(), desk.state(), desk.holder() is not None
    if as_json:
        found = document(desk.config, known, now)
        options.print_json({"controller": running, "paused": known.paused_at(now), "schedule": found})
        return
    shown = rows_of(desk.config, known, now)
    title = "Schedule (UTC)"
    columns = ("what", "when", "next", "last", "how it went")
    tables.console().print(tables.table(title, columns, ([row.name, row.when, *_times(row)] for row in shown)))
    for row in shown:
        for line in _remarks(row, running=running):
            say(line)
    if not running:
        click.echo("No controller is running: nothing starts by itself until one does.")
    if (why := known.paused_at(now)) is not None:
        say(f"No cycle starts: {why}.")


def _times(row: Row) -> list[str]:
    ended = "never yet" if row.ok is None else f"{'ok' if row.ok else 'FAILED'}: {row.last}"
    return [tables.moment(row.next_at), tables.moment(row.last_at), ended]


def _remarks(row: Row, *, running: bool) -> list[str]:
    found = []
    if row.due_at is not None:
        then = "it is about to be dealt with" if running else "it waits for a controller"
        found.append(f"{row.name}: the moment {tables.moment(row.due_at)} has come; {then}.")
    if row.requested is not None:
        found.append(f"{row.name}: {row.requested} has asked for a run, which has not begun.")
    if row.failures:
        found.append(f"{row.name}: {row.failures} of {row.runs} runs failed or were missed.")
    return found
