"""`vvtvctl autopilot history export`: for spreadsheets and programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from controller.adapters.atomic import stream_atomic
from controller.cli import options
from controller.cli.autopilot.history import words
from controller.cli.autopilot.history.filters import filter_options, query
from controller.cli.autopilot.history.reader import reader
from controller.cli.say import say
from controller.history.entry import Entry
from controller.history.sheet import csv_lines
from controller.judging.plain import plain


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True, help="What to write."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write it to this file.")
@filter_options
@options.config_option
@options.state_option
@options.json_option
def export(form: str, out: Path | None, config: Path | None, state: Path, *, as_json: bool, **filters: Any) -> None:
    """Write every time that a version came into force, oldest first, as JSON lines or CSV.

    With --out the file is there as a whole or not at all; without, it goes to the terminal. --json says of the file how
    much was written.

    \b
    Examples:
      vvtvctl autopilot history export --format csv --out history.csv
      vvtvctl autopilot history export --parameter temperature --since 90d
    """  # noqa: D301 - click reads the backspace character
    with reader(config, state) as found:
        asked = query(found, **filters)
        entries = found.index.entries(asked)
        lines = csv_lines(entries) if form == "csv" else _json_lines(entries, found.live)
        if out is None:
            for line in lines:
                sys.stdout.write(f"{plain(line.rstrip())}\n" if sys.stdout.isatty() else line)
            return
        count = stream_atomic(out, (line.encode("utf-8", "replace") for line in lines))
    if as_json:
        options.print_json({"file": str(out), "format": form, "bytes": count})
        return
    say(f"{out}: {count} bytes of {form}")


def _json_lines(entries: Iterator[Entry], live: str) -> Iterator[str]:
    for entry in entries:
        yield json.dumps(words.document(entry, live)) + "\n"
