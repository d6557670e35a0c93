"""`vvtvctl autopilot history list`: page by page, newest first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from controller.cli import options, tables
from controller.cli.autopilot.history import words
from controller.cli.autopilot.history.filters import LARGEST, filter_options, place_options, query
from controller.cli.autopilot.history.reader import reader
from controller.history.entry import Entry
from controller.history.query import Page

WIDEST, WIDE, MIDDLE = 130, 100, 70  # columns of a terminal


@click.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many on a page.")
@click.option(
    "--page", default=1, show_default=True, type=click.IntRange(1, LARGEST), help="Which page; 1 is the newest."
)
@filter_options
@place_options
def list_(limit: int, page: int, config: Path | None, state: Path, *, as_json: bool, **filters: Any) -> None:
    """List when which version came into force, newest first: how, by whom, what changed, and what came of it.

    `*` marks the version that is live. On a narrow terminal some columns are left out; `show` has everything.

    \b
    Examples:
      vvtvctl autopilot history list --limit 5
      vvtvctl autopilot history list --parameter temperature --cause promoted --since 30d --page 2
    """  # noqa: D301 - click reads the backspace character
    with reader(config, state) as found:
        asked = query(found, **filters)
        shown, live = found.index.page(asked, page, limit), found.live
    if as_json:
        entries = [words.document(entry, live) for entry in shown.entries]
        options.print_json({"total": shown.total, "page": page, "pages": shown.count, "entries": entries})
        return
    out = tables.console()
    if not shown.entries:
        out.print(_nothing(shown), markup=False)
        return
    columns, make = _columns(out.width)
    title = "What came into force, newest first (* is live)"
    out.print(tables.table(title, columns, (make(entry, live) for entry in shown.entries)))
    notes = []
    if out.width >= WIDE and (kpi := next((e.predicted[0].kpi for e in shown.entries if e.predicted), "")):
        notes.append(f"effects are on {kpi}")
    if shown.count > 1:
        notes.append(f"page {page} of {shown.count}, {shown.total} in all")
        notes += [f"--page {page + 1} shows older ones"] if page < shown.count else []
    if notes:
        out.print("; ".join(notes), markup=False)


def _nothing(page: Page) -> str:
    if page.total:
        return f"there is no page {page.number}: {page.total} in all are {page.count} pages"
    return "nothing came into force that all of these filters allow; leave one out, or begin earlier"


def _columns(width: int) -> tuple[tuple[str, ...], Any]:
    """Return the columns that fit a terminal, and what makes their cells."""

    def version(entry: Entry, live: str) -> str:
        return entry.version[:12] + (" *" if entry.version == live else "")

    def narrow(entry: Entry, live: str) -> tuple[str, ...]:
        return version(entry, live), tables.moment(entry.at)[:16], f"{words.how(entry)}: {words.change(entry)}"

    def middle(entry: Entry, live: str) -> tuple[str, ...]:
        cells = words.how(entry), words.change(entry), words.ended(entry)
        return version(entry, live), tables.moment(entry.at)[:16], *cells

    def log(entry: Entry, live: str) -> tuple[str, ...]:
        cells = entry.actor, words.change(entry), words.measured(entry), words.ended(entry)
        return version(entry, live), tables.moment(entry.at)[:16], words.HOW[entry.cause], *cells

    def wide(entry: Entry, live: str) -> tuple[str, ...]:
        cycle = "" if entry.cycle is None else str(entry.cycle)
        effects = words.predicted(entry), words.measured(entry)
        cells = words.HOW[entry.cause], entry.actor, words.change(entry), *effects, words.ended(entry)
        return version(entry, live), tables.moment(entry.at)[:16], cycle, *cells

    if width >= WIDEST:
        head = ("version", "at (UTC)", "cycle", "how", "by", "change", "predicted", "measured", "ended / why")
        return head, wide
    if width >= WIDE:
        return ("version", "at (UTC)", "how", "by", "change", "measured", "ended / why"), log
    if width >= MIDDLE:
        return ("version", "at (UTC)", "how", "change", "ended / why"), middle
    return ("version", "at (UTC)", "what"), narrow
