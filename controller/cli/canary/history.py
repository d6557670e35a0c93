"""`vvtvctl canary history`: past canaries in a line each, and what repeats in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from controller.casebook.document import listed
from controller.casebook.patterns import Case, case, patterns
from controller.casebook.record import Record
from controller.casebook.sparing import sparing
from controller.casebook.words import Terms, moves
from controller.cli import options, tables
from controller.cli.canary.control import desk_of
from controller.duration import duration

OUTCOMES = ("promoted", "rolled_back", "inconclusive", "blind", "refused", "held", "aborted", "failed")
HEAD = ("canary", "began (UTC)", "change", "ending", "decided by", "effect (interval)", "lasted")
NARROW_HEAD = ("canary", "began (UTC)", "change", "ending, lasted", "decided by, effect")
UNBROKEN = {"canary", "began (UTC)", "decided by", "effect (interval)", "lasted", "decided by, effect"}
TITLE = "Canaries, newest first"
WIDE = 10_000  # columns of a terminal on which nothing needs to be broken


@click.command()
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many of the newest to show.")
@click.option("--outcome", type=click.Choice(OUTCOMES), default=None, help="Only those that ended so.")
@click.option("--parameter", default=None, help="Only those that moved this parameter.")
@click.option("--since", default=None, metavar="TIME", help="Only those that began in the last while, e.g. 12h or 7d.")
@options.config_option
@options.state_option
@options.json_option
def history(
    *,
    limit: int,
    outcome: str | None,
    parameter: str | None,
    since: str | None,
    config: Path | None,
    state: Path,
    as_json: bool,
) -> None:
    """List past canaries, newest first, with what decided them; below, what repeats in those that are listed.

    \b
    Examples:
      vvtvctl canary history --since 7d
      vvtvctl canary history --parameter temperature --outcome rolled_back
    """  # noqa: D301 - click reads the backspace character
    desk, earliest = desk_of(config, state), -math.inf
    if since is not None:
        earliest = desk.clock.now() - options.duration("--since", since)
    terms = Terms.of(desk.config)

    def newest(found: Sequence[Record]) -> Sequence[Record]:
        wanted = [
            record
            for record in found
            if record.changes
            and record.begun_at >= earliest
            and (outcome is None or record.outcome == outcome)
            and (parameter is None or any(move.parameter == parameter for move in record.changes))
        ]
        return wanted[::-1][:limit]

    chosen = sparing(lambda looks_from: desk.events(looks_from=looks_from), newest)
    cases = tuple(case(record, terms) for record in chosen)
    if as_json:
        options.print_json(listed(cases, patterns(cases)))
        return
    _print(cases, terms)


def _print(cases: tuple[Case, ...], terms: Terms) -> None:
    out = tables.console()
    if not cases:
        out.print('no canary to show; `vvtvctl autopilot run-once --reason "..."` starts a cycle')
        return
    out.print(_table(cases, terms, out))
    if found := patterns(cases):
        out.print("\nWhat repeats")
        for pattern in found:
            out.print(str(pattern), markup=False)


def _table(cases: tuple[Case, ...], terms: Terms, out: Console) -> Table:
    """Return the canaries in a line each; where that is too wide, in as many lines as it takes, no column left out."""
    made = tables.table(TITLE, HEAD, (_row(item, terms) for item in cases))
    if made.__rich_measure__(out, out.options.update(width=WIDE)).maximum > out.width:
        made = tables.table(TITLE, NARROW_HEAD, (_narrow(_row(item, terms)) for item in cases))
    for column in made.columns:
        column.no_wrap = column.header in UNBROKEN
    return made


def _narrow(row: tuple[str, ...]) -> tuple[str, ...]:
    """Return a row without the year, with what decided over its effect, and how long it took under its ending."""
    name, began, change, ending, kpi, effect, lasted = row
    decided = kpi if effect == "-" else f"{kpi}\n{effect}"
    return name, began[5:], change, f"{ending}\n{lasted}", decided


def _row(item: Case, terms: Terms) -> tuple[str, ...]:
    record = item.record
    seen = math.isfinite(item.effect)
    span = terms.brief(item.kpi, item.effect, item.low, item.high) if seen else "-"
    return (
        record.id,
        tables.moment(record.begun_at)[:16],
        moves(record.changes),
        f"{item.ending}: {item.category}" if item.category else item.ending,
        item.kpi or "-",
        span,
        duration(record.over_at - record.origin),
    )
