"""`compile`: writes the generated files, or proves that they are current and that Prometheus' tools accept them."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from controller.adapters.generated import Stale, ToolRun, check_with_tools, find_stale, generated_files, write
from controller.errors import AutopilotError
from controller.stack.checkout import checkout
from controller.stack.servers import find_servers

_VERBS = {"missing": "wrote", "changed": "wrote", "orphan": "removed"}


@click.command("compile")
@click.option("--check", is_flag=True, help="Write nothing: exit 1 if a file is stale or a tool refuses it.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON on stdout.")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="The checkout.  [default: the one this program runs from]",
)
def compile_command(*, check: bool, as_json: bool, root: Path | None) -> None:
    """Write rules, routes, dashboards and the Compose file from the catalog.

    \b
    Example:
      vvtvctl compile --check
    """  # noqa: D301 - click reads the backspace character
    root = root or checkout()
    files = generated_files()
    if not check:
        _report_written(write(root, files), len(files), as_json=as_json)
        return
    stale = find_stale(root, files)
    runs = check_with_tools(root, find_servers())
    passed = not stale and all(run.passed for run in runs)
    if as_json:
        _echo(
            {"passed": passed, "files": len(files), "stale": list(map(asdict, stale)), "tools": list(map(asdict, runs))}
        )
    else:
        _report_check(stale, runs, len(files))
    if not passed:
        sys.exit(AutopilotError.exit_code)


def _report_written(changed: list[Stale], total: int, *, as_json: bool) -> None:
    if as_json:
        _echo({"files": total, "changed": [{"path": entry.path, "problem": entry.problem} for entry in changed]})
        return
    for entry in changed:
        click.echo(f"{_VERBS[entry.problem]} {entry.path}")
    click.echo(f"{total} generated files are current ({len(changed)} changed)")


def _report_check(stale: list[Stale], runs: list[ToolRun], total: int) -> None:
    for entry in stale:
        click.echo(f"{entry.path}: {entry.problem}; run `make gen`")
        if entry.diff:
            click.echo(entry.diff)
    for run in runs:
        click.echo(f"{run.name}: {'passed' if run.passed else 'failed'}")
        if not run.passed:
            click.echo(run.output)
    if not stale:
        click.echo(f"{total} generated files are current")


def _echo(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, indent=2))


COMMANDS = (compile_command,)
