"""`vvtvctl autopilot history`: the versions of the parameters."""

from __future__ import annotations

from pathlib import Path

import click

from controller.adapters.history import History, Version
from controller.cli import options, tables
from controller.cli.autopilot.given import desk_of
from exporter import names
from exporter.parameter import shown


@click.command()
@click.option("--limit", default=20, show_default=True, help="How many of the newest to show.")
@options.state_option
@options.config_option
@options.json_option
def history(limit: int, state: Path, config: Path | None, *, as_json: bool) -> None:
    """List the versions of the parameters, newest first.

    \b
    Example:
      vvtvctl autopilot history --limit 5
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    live = desk.state().version
    versions = History(desk.place.history).list()[::-1][:limit]
    if as_json:
        options.print_json(
            [
                {
                    "version": v.version,
                    "at": v.written_at,
                    "live": v.version == live,
                    "canary": v.canary,
                    "values": v.values,
                    "arms": v.arms,
                    "note": v.note,
                }
                for v in versions
            ]
        )
        return
    rows = [
        (
            v.version[:12] + (" *" if v.version == live else ""),
            tables.moment(v.written_at),
            v.canary or "",
            _values(v),
            v.note,
        )
        for v in versions
    ]
    title = "Versions, newest first (* is in force)"
    tables.console().print(tables.table(title, ("version", "first in force", "canary", "values", "why"), rows))


def _values(version: Version) -> str:
    """Return the values that every arm has, and what a canary has instead."""
    texts = []
    for name, value in version.values.items():
        tried = version.arms[names.CANARY][name]
        texts.append(f"{name}={shown(value)}" + (f" (canary {shown(tried)})" if tried != value else ""))
    return ", ".join(texts)
