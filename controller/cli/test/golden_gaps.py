"""`vvtvctl test golden-gaps`: what no golden case exercises."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from controller.cli import options, tables
from controller.cli.test.golden_options import configured
from controller.golden.gaps import Gaps, gaps
from controller.golden.open import cases_of

SHOWN = 20
_WAYS = click.IntRange(1, 4)


@click.command("golden-gaps")
@click.option("--ways", type=_WAYS, default=2, show_default=True, help="Levels of so many parameters together.")
@click.option("--all", "everything", is_flag=True, help="List every gap, however many.")
@options.config_option
@options.state_option
@options.json_option
def golden_gaps(ways: int, config: Path | None, state: Path, *, everything: bool, as_json: bool) -> None:
    """List the values, the combinations of low, mid and high values, and the kinds of input that no case exercises.

    A gap is no failure: the exit code is 0. `vvtvctl test golden-generate` writes cases that fill them.

    \b
    Examples:
      vvtvctl test golden-gaps
      vvtvctl test golden-gaps --ways 3 --all
    """  # noqa: D301 - click reads the backspace character
    settings = configured(config, state)
    cases = cases_of(settings)
    found = gaps(cases, settings.specs, ways)
    rows = list(found.lines())
    if as_json:
        listed = [{"kind": kind, "text": text} for kind, text in rows]
        options.print_json({"cases": len(cases), "exercised": found.known - found.count, "gaps": listed})
        return
    out = tables.console()
    shown = rows if everything else rows[:SHOWN]
    if shown:
        out.print(tables.table("Not exercised by any case", ("what", "which"), shown))
    if len(rows) > len(shown):
        out.print(f"and {len(rows) - len(shown)} more: see them with --all")
    out.print(_advice(found, len(cases), ways), markup=False)


def _advice(found: Gaps, cases: int, ways: int) -> str:
    if not found.count:
        return f"{cases} cases exercise all {found.known} values, combinations and kinds of input looked for"
    kinds = Counter(kind for kind, _ in found.lines())
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    done = found.known - found.count
    return (
        f"{cases} cases exercise {done} of {found.known}; missing: {told}\n"
        f"next: vvtvctl test golden-generate --ways {ways} --dry-run   shows cases that fill them"
    )
