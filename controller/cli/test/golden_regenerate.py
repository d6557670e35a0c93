"""`vvtvctl test golden-regenerate`: expectations brought up to date, each after a look at what changes."""

from __future__ import annotations

from pathlib import Path

import click

from controller.adapters.clock import Clock
from controller.cli import options, tables
from controller.cli.confirm import confirm
from controller.cli.test.golden_bar import Bar
from controller.cli.test.golden_options import chosen, configured, value_options, values_of
from controller.counted import counted
from controller.errors import UnavailableError
from controller.golden import regenerate
from controller.golden.diff import table
from controller.golden.load import files_of
from controller.golden.open import cases_of, limits_of, section_of, subject_of
from controller.golden.regenerate import Outdated
from controller.golden.run import run_cases

ASKED = "replace (y), keep (n), all the rest (a), stop and write nothing (q)"


@click.command("golden-regenerate")
@value_options
@click.option("--reason", required=True, help="Why; it stands in changes.log beside the cases.")
@click.option("--yes", is_flag=True, help="Replace all without asking; needed where there is no terminal.")
@click.option("--dry-run", is_flag=True, help="Show what differs, and write nothing.")
def golden_regenerate(
    assigned: tuple[str, ...],
    patterns: tuple[str, ...],
    config: Path | None,
    state: Path,
    *,
    reason: str,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Replace exact answers (`equals`, `approx`) that are no longer what the code answers, one by one.

    Conditions such as `among` or `compare` are never rewritten: the cases that break them are listed. Comments and
    layout of the files stay. Exit 3 when nobody answers; 4 when a file was edited meanwhile.

    \b
    Examples:
      vvtvctl test golden-regenerate --reason "ties go to the newer video now" --dry-run
      vvtvctl test golden-regenerate --reason "ties go to the newer video now" --case "*ties*"
    """  # noqa: D301 - click reads the backspace character
    settings = configured(config, state)
    place = section_of(settings).place
    texts = {path.name: regenerate.read_text(path) for path in files_of(place)}
    cases = chosen(cases_of(settings), patterns)
    with Bar() as bar:
        report = run_cases(
            cases, values_of(settings, assigned), subject_of(settings), limits_of(settings), progress=bar
        )
    if report.unavailable is not None:
        raise UnavailableError(f"nobody answers the golden cases: {report.unavailable}")
    found, other = regenerate.outdated(cases, report)
    accepted = found
    if not as_json:
        _show_others(other)
    if found and not dry_run and not yes:
        accepted = _reviewed(found)
    elif not as_json:
        for number, one in enumerate(found, 1):
            _show(one, number, len(found))
    done = bool(accepted) and not dry_run
    if done:
        files = regenerate.replace(place, texts, accepted)
        names = [one.case.name for one in accepted]
        entry = {"at": Clock().now(), "actor": options.actor(), "reason": reason, "cases": names}
        regenerate.log(files[0].parent, entry)
    _tell(found, accepted, other, done=done, dry_run=dry_run, as_json=as_json)


def _reviewed(found: tuple[Outdated, ...]) -> tuple[Outdated, ...]:
    """Ask about each; return those that are accepted, none when the review is stopped."""
    confirm(f"ask you about {counted(len(found), 'expectation')}, and rewrite those that you accept")
    accepted: list[Outdated] = []
    for number, one in enumerate(found, 1):
        _show(one, number, len(found))
        word = click.prompt(ASKED, type=click.Choice(["y", "n", "a", "q"]), default="n", show_choices=False, err=True)
        if word == "a":
            return (*accepted, *found[number - 1 :])
        if word == "q":
            return ()
        if word == "y":
            accepted.append(one)
    return tuple(accepted)


def _show(one: Outdated, number: int, total: int) -> None:
    out = tables.console()
    out.print(f"{number}/{total} {one.case.name} ({one.case.file})", style="bold", markup=False)
    out.print(f"  {one.text}", markup=False)
    if isinstance(one.expected, list) and isinstance(one.answer, list):
        rows = table(one.expected, one.answer)
        out.print(tables.table("", ("  position", "before", "after"), (("  " + row[0], *row[1:]) for row in rows)))


def _show_others(other: tuple[str, ...]) -> None:
    for text in other:
        tables.console(stderr=True).print(f"not to be replaced by program: {text}", style="yellow", markup=False)


def _tell(
    found: tuple[Outdated, ...],
    accepted: tuple[Outdated, ...],
    other: tuple[str, ...],
    *,
    done: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    if as_json:
        changes = [{"case": one.case.name, "expected": one.expected, "answer": one.answer} for one in found]
        written = [one.case.name for one in accepted] if done else []
        options.print_json({"outdated": changes, "other": other, "written": written, "dry_run": dry_run})
    elif not found:
        click.echo("every exact answer is as expected; nothing to replace")
    elif dry_run:
        click.echo(f"would replace {counted(len(found), 'expectation')}; nothing was done")
    elif done:
        click.echo(f"replaced {len(accepted)} of {len(found)}; review the difference, then commit it")
    else:
        click.echo("nothing was replaced")
