"""`vvtvctl autopilot history show`: one version, and every time that it came into force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from controller.adapters.version_file import Version
from controller.cli import options, tables
from controller.cli.autopilot.history import words
from controller.cli.autopilot.history.filters import place_options
from controller.cli.autopilot.history.reader import reader
from controller.history.query import Query
from controller.judging.plain import plain
from exporter import names
from exporter.parameter import shown

NEWEST = 5  # times in force that are told in full


@click.command()
@click.argument("version")
@place_options
def show(version: str, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Show VERSION (its first digits, `live` or `previous`): its values, and why and when it was in force.

    The file is checked against its hash before anything is shown. Exit 5 when it was altered or is missing.

    \b
    Example:
      vvtvctl autopilot history show live
    """  # noqa: D301 - click reads the backspace character
    with reader(config, state) as found:
        meant, live = found.version(version), found.live
        page = found.index.page(Query(version=meant.version), size=1000)
    if as_json:
        entries = [words.document(entry, live) for entry in page.entries]
        options.print_json({**_document(meant), "live": meant.version == live, "entries": entries})
        return
    out = tables.console()
    mark = " (live)" if meant.version == live else ""
    out.print(f"version {meant.version}{mark}", markup=False, soft_wrap=True)
    where = "archived in" if meant.archived else "in"
    written = f"{tables.moment(meant.written_at)} UTC"
    out.print(f"first written {written}, {where} {meant.path}", markup=False, soft_wrap=True)
    if meant.note:
        out.print(f"because: {plain(meant.note)}", markup=False, soft_wrap=True)
    out.print()
    out.print(_values(meant))
    for entry in page.entries[:NEWEST]:
        out.print()
        rows = words.lines(entry)
        out.print("\n".join(f"{name:10} {plain(text)}" for name, text in rows), markup=False, soft_wrap=True)
    if page.total > NEWEST:
        out.print(f"\nand {page.total - NEWEST} times before; `history list --version {meant.version[:12]}` lists them")
    if not page.total:
        out.print("\nThe journal does not name this version: it was written while a configuration changed.")


def _values(version: Version) -> Any:
    arms = [names.CONTROL, *(arm for arm in names.ARMS if arm != names.CONTROL)]
    same = all(version.arms[arm] == version.values for arm in arms)
    rows = [
        (name, *(shown(version.arms[arm][name]) for arm in (arms[:1] if same else arms))) for name in version.values
    ]
    shares = {arm: f"{version.weights[arm]:.4g} of the units" for arm in arms}
    columns = ("parameter", "every arm") if same else ("parameter", *(f"{arm} ({shares[arm]})" for arm in arms))
    return tables.table("Values", columns, rows)


def _document(version: Version) -> dict[str, Any]:
    return {
        "version": version.version,
        "written_at": version.written_at,
        "note": version.note,
        "file": str(version.path),
        "archived": version.archived,
        "canary": version.canary,
        "values": version.values,
        "arms": version.arms,
        "weights": version.weights,
    }
