"""`vvtvctl canary report`: one canary as a self-contained HTML page."""

from __future__ import annotations

from pathlib import Path

import click

from controller.adapters.atomic import write_atomic
from controller.casebook.report import report as page
from controller.casebook.sparing import one
from controller.casebook.words import Terms
from controller.cli import options, tables
from controller.cli.canary.control import desk_of
from controller.cli.say import say


@click.command()
@click.argument("canary", default="last")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")
@options.config_option
@options.state_option
def report(canary: str, out: Path, config: Path | None, state: Path) -> None:
    """Write CANARY (cycle-12, 12, or last) as one HTML file that needs no network and no scripts.

    It holds the verdict with its reason, the story, a chart for each KPI of the effect with its interval, and every
    look with its queries and the digests of the samples.

    \b
    Example:
      vvtvctl canary report cycle-12 --out cycle-12.html
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    record = one(lambda looks_from: desk.events(looks_from=looks_from), canary)
    moments = tables.moment(record.begun_at), tables.moment(record.over_at)
    written = page(record, Terms.of(desk.config), moments).encode("utf-8", "replace")
    write_atomic(out, written)
    say(f"{out}: {record.id}, {len(record.looks)} looks, {len(written)} bytes")
