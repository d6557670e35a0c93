"""What checks found, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from controller.cli import tables
from controller.judging.plain import plain
from controller.setup.finding import Finding, Mark, tally, worst

_COLOURS = {Mark.OK: "green", Mark.WARN: "yellow", Mark.FAIL: "bold red", Mark.SKIPPED: "dim"}


def show(findings: Iterable[Finding]) -> None:
    """Print them: mark, check, what was found, and below that what to do."""
    grid = Table(box=None, pad_edge=False, show_header=False)
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for finding in findings:
        said = Text(plain(finding.found))
        if finding.advice:
            said.append(f"\n-> {plain(finding.advice)}", style="dim" if finding.mark is Mark.SKIPPED else "bold")
        grid.add_row(Text(finding.mark, style=_COLOURS[finding.mark]), Text(finding.check), said)
    out = tables.console()
    with out.capture() as printed:
        out.print(grid)
    click.echo("\n".join(line.rstrip() for line in printed.get().splitlines()))


def summary(findings: Sequence[Finding], good: str) -> str:
    """Return one line about all of them; `good` is what they are when nothing is wrong."""
    said = {Mark.FAIL: f"not {good}", Mark.WARN: f"{good}, with reservations", Mark.OK: good}
    return f"{said[worst(findings)]}: {tally(findings)}"


def document(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return them as plain values."""
    return {
        "worst": worst(findings),
        "checks": [
            {
                "check": finding.check,
                "mark": finding.mark,
                "found": finding.found,
                "advice": finding.advice or None,
                "figures": finding.figures,
            }
            for finding in findings
        ],
    }
