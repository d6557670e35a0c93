"""`vvtvctl init`: a first autopilot.yaml, by looking at a Prometheus."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from controller.adapters.atomic import write_atomic
from controller.adapters.clock import Clock
from controller.adapters.config_file import parse_config
from controller.adapters.session import Connection
from controller.cli import options, tables
from controller.cli.say import say, say_lines
from controller.config.fields import Url
from controller.errors import ConfigError
from controller.setup.first_file import Plan, written
from controller.setup.parameter import read_parameter
from controller.setup.ranking import Ranked
from controller.setup.survey import Wanted, survey

SHOWN = 8


@click.command()
@click.option("--prometheus", "url", required=True, metavar="URL", help="Address of the Prometheus that scrapes it.")
@click.option("--bearer-file", type=click.Path(path_type=Path, dir_okay=False), help="File with a bearer token.")
@click.option("--job", metavar="NAME", help="Scrape job of the service; needed when several have arms.")
@click.option("--primary", metavar="KPI", help="What a change must improve, by the name that init gives it.")
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=LOW:HIGH:DEFAULT",
    help="What may be tuned; :STEP may follow. A choice: layout=list|grid:list.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("autopilot.yaml"),
    show_default=True,
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Overwrite the file when it is there.")
@click.option("--yes", is_flag=True, help="Do not ask: the first KPI is the primary one.")
@click.option("--dry-run", is_flag=True, help="Print the file, and write nothing.")
@options.json_option
def init(
    url: str,
    parameters: tuple[str, ...],
    output: Path,
    *,
    force: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    **found: Any,
) -> None:
    """Write a first configuration: finds the service, its KPIs and their noise, and says what is left to you.

    A KPI is a share of counters, a mean or a tail of a histogram, or a gauge, with the label variant. What may be tuned
    cannot be seen in Prometheus: say it with --parameter, or fill it in. Exit 2 when the file is there already, or no
    job has arms; 3 when Prometheus does not answer.

    \b
    Examples:
      vvtvctl init --prometheus http://127.0.0.1:9090 --dry-run
      vvtvctl init --prometheus http://127.0.0.1:9090 --job checkout --parameter discount=0:0.2:0.05
    """  # noqa: D301 - click reads the backspace character
    if output.exists() and not force and not dry_run:
        raise ConfigError(f"{output} is there already: choose another --output, or overwrite it with --force")
    try:
        TypeAdapter(Url).validate_python(url)
    except ValidationError as error:
        raise ConfigError(f"--prometheus {url!r}: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None
    wanted = Wanted(found["job"], found["primary"], tuple(map(read_parameter, parameters)))
    connection = Connection(url=url, retries=0, bearer_file=found["bearer_file"])
    asks = sys.stdin.isatty() and not yes and not as_json
    plan = survey(connection, wanted, Clock().now(), _ask if asks else _first)
    text = written(plan)
    if plan.parameters:
        parse_config(text, output)  # what is written is what our own reader takes
    if dry_run and not as_json:
        say_lines(text, nl=False)
        return
    if not dry_run:
        write_atomic(output, text.encode())
    if as_json:
        options.print_json(_document(plan, output, text, dry_run=dry_run))
    else:
        _tell(plan, output)


def _first(order: Sequence[Ranked]) -> Ranked:
    return order[0]


def _ask(order: Sequence[Ranked]) -> Ranked:
    """Let somebody choose the primary KPI."""
    rows = [(index, *_row(found)) for index, found in enumerate(order[:SHOWN], 1)]
    out = tables.console(stderr=True)
    out.print(tables.table("KPIs that could be, best first", ("", "KPI", "good", "level", "why"), rows))
    chosen = click.prompt("Which one must a change improve?", type=click.IntRange(1, len(rows)), default=1, err=True)
    return order[chosen - 1]


def _row(found: Ranked) -> tuple[str, str, str, str]:
    return found.one.name, str(found.one.direction), tables.number(found.level), found.why


def _tell(plan: Plan, output: Path) -> None:
    out = tables.console()
    rows = [("primary", *_row(plan.primary)), *(("guardrail", *_row(found)) for found in plan.guardrails)]
    rows += [("", *_row(found)) for found in plan.others[:SHOWN]]
    title = f"{output}: job {plan.job} of {plan.url}, scraped every {plan.interval:g} s"
    out.print(tables.table(title, ("", "KPI", "good", "level", "why"), rows))
    for note in plan.notes:
        say(f"mind: {note}")
    named = ", ".join(one.name for one in plan.parameters)
    say(f"parameters: {named}" if named else f"parameters: write them into {output}, Prometheus does not know them")
    say(f"next: look at what is marked CHECK in {output}, then")
    say(f"  vvtvctl autopilot validate --config {output}")
    say(f"  vvtvctl doctor --config {output}")


def _document(plan: Plan, output: Path, text: str, *, dry_run: bool) -> dict[str, Any]:
    return {
        "output": output,
        "dry_run": dry_run,
        "job": plan.job,
        "scrape_interval": plan.interval,
        "primary": plan.primary.one.name,
        "guardrails": [found.one.name for found in plan.guardrails],
        "candidates": [
            {
                "name": found.one.name,
                "direction": found.one.direction,
                "sure": found.one.sure,
                "level": found.level,
                "detects": found.detects,
                "margin": found.margin,
                "why": found.why,
            }
            for found in (plan.primary, *plan.guardrails, *plan.others)
        ],
        "parameters": [one.name for one in plan.parameters],
        "complete": bool(plan.parameters),
        "notes": plan.notes,
        "yaml": text,
    }
