"""`vvtvctl autopilot history diff`: what differs between two versions."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli import options, tables
from controller.cli.autopilot.history.filters import place_options
from controller.cli.autopilot.history.reader import reader
from controller.history.diff import differences
from exporter.parameter import shown


@click.command()
@click.argument("first")
@click.argument("second", default="live")
@place_options
def diff(first: str, second: str, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Show what differs between versions FIRST and SECOND: each is first digits, `live` or `previous`.

    Values in every arm, values that one arm has alone, and the arms' shares of the units.

    \b
    Examples:
      vvtvctl autopilot history diff previous
      vvtvctl autopilot history diff 3f2a9c 81bb04 --json
    """  # noqa: D301 - click reads the backspace character
    with reader(config, state) as found:
        one, two = found.version(first), found.version(second)
    lines = differences(one, two)
    if as_json:
        told = [{"what": d.what, "name": d.name, "old": d.old, "new": d.new, "step": d.step} for d in lines]
        options.print_json({"first": one.version, "second": two.version, "differences": told})
        return
    out = tables.console()
    if not lines:
        out.print(f"no difference: {one.version[:12]} and {two.version[:12]} say the same")
        return
    rows = [
        (
            d.what,
            d.name,
            None if d.old is None else shown(d.old),
            None if d.new is None else shown(d.new),
            "" if d.step is None else f"{d.step:+.4g}",
        )
        for d in lines
    ]
    first_at, second_at = (tables.moment(version.written_at)[:16] for version in (one, two))
    title = f"From {one.version[:12]} ({first_at}) to {two.version[:12]} ({second_at})"
    out.print(tables.table(title, ("what", "name", one.version[:12], two.version[:12], "step"), rows))
