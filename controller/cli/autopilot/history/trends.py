"""`vvtvctl autopilot history trends`: how each parameter went."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli import options, tables
from controller.cli.autopilot.history.filters import period, period_options, place_options
from controller.cli.autopilot.history.reader import reader
from controller.history.query import Query
from controller.history.trend import Trend
from controller.history.trend import trends as trends_of
from exporter.parameter import shown

COLUMNS = ("parameter", "from", "now", "net", "direction", "changes", "canaries", "by operators")
POINTS = 24  # of a line of blocks


@click.command()
@click.argument("parameters", nargs=-1)
@period_options
@place_options
def trends(
    parameters: tuple[str, ...],
    since: str | None,
    until: str | None,
    config: Path | None,
    state: Path,
    *,
    as_json: bool,
) -> None:
    """Show how PARAMETERS (all of them) went: value, net move, direction, changes, and how their canaries ended.

    \b
    Examples:
      vvtvctl autopilot history trends
      vvtvctl autopilot history trends temperature --since 30d
    """  # noqa: D301 - click reads the backspace character
    with reader(config, state) as found:
        for name in parameters:
            found.require_parameter(name)
        begin, end = period(found, since, until)
        courses = trends_of(found.index.entries(Query(since=begin, until=end)), parameters)
    if as_json:
        options.print_json([_document(course) for course in courses])
        return
    out = tables.console()
    if not courses:
        out.print("nothing came into force in that time")
        return
    drawn = out.is_terminal
    columns = [*COLUMNS, *(["course"] if drawn else [])]
    rows = [(*_row(course), *((_spark(course),) if drawn else ())) for course in courses]
    out.print(tables.table("How the values in force went", columns, rows))


def _row(course: Trend) -> tuple[str, ...]:
    first, last = (shown(course.values[end][1]) if course.values else "-" for end in (0, -1))
    words = [f"{count} {outcome.replace('_', ' ')}" for outcome, count in course.canaries.items()]
    own = [f"{count} {what}" for count, what in ((course.rollbacks, "rolled back"), (course.deployments, "deployed"))]
    net = "" if course.net is None else f"{course.net:+.4g}"
    by_operators = ", ".join(text for text in own if not text.startswith("0"))
    return (
        course.parameter,
        first,
        last,
        net,
        course.direction,
        str(course.changes),
        ", ".join(words) or "none",
        by_operators or "nothing",
    )


def _spark(course: Trend) -> str:
    numbers = [value for _, value in course.values if not isinstance(value, str)]
    return tables.spark([float(value) for value in numbers[-POINTS:]])


def _document(course: Trend) -> dict[str, object]:
    return {
        "parameter": course.parameter,
        "values": [{"at": at, "value": value} for at, value in course.values],
        "net": course.net,
        "direction": course.direction,
        "changes": course.changes,
        "canaries": course.canaries,
        "rollbacks": course.rollbacks,
        "deployments": course.deployments,
    }
