"""`vvtvctl canary explain`: the story of one canary in words with numbers, and why it was not promoted."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from controller.casebook.document import explained
from controller.casebook.record import Record
from controller.casebook.sparing import one
from controller.casebook.story import Story, Told, tell
from controller.casebook.words import Terms, minute
from controller.cli import options, tables
from controller.cli.canary.control import desk_of
from controller.duration import duration


@click.command()
@click.argument("canary", default="last")
@options.config_option
@options.state_option
@options.json_option
def explain(canary: str, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Tell the story of CANARY: what was tried, how it went, why it ended, what decided, what to do next.

    CANARY is cycle-12, 12, or last. It may still be running, and it may have been refused before it began.

    \b
    Examples:
      vvtvctl canary explain
      vvtvctl canary explain cycle-12
      vvtvctl canary explain 12 --json
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    record = one(lambda looks_from: desk.events(looks_from=looks_from), canary)
    terms = Terms.of(desk.config)
    story = tell(record, terms)
    if as_json:
        options.print_json(explained(record, story))
        return
    _print(record, story, terms)


def _print(record: Record, story: Story, terms: Terms) -> None:
    out = tables.console()
    out.print(Text(story.headline, "bold"))
    length = f"{duration(record.over_at - record.origin)} after it began"
    planned = f", {duration(record.planned * terms.scrape)} were planned" if record.planned else ""
    end = "over" if record.verdict or record.outcome else "last heard of"
    out.print(Text(f"{tables.moment(record.origin)} UTC; {end} {length}{planned}"))
    for part in (story.before, story.course, story.after):
        if part:
            out.print()
            out.print(_lines(part))


def _lines(part: tuple[Told, ...]) -> Table:
    made = Table.grid(padding=(0, 2))
    made.add_column(min_width=12, no_wrap=True)
    made.add_column(overflow="fold")
    for told in part:
        made.add_row(Text(told.label if told.seconds is None else minute(told.seconds), "dim"), Text(told.text))
    return made
