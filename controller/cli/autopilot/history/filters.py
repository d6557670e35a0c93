"""The filters of `vvtvctl autopilot history`: its options, and the query that they make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from controller.cli import options
from controller.cli.autopilot.history.reader import Reader
from controller.cli.when import moment
from controller.errors import ConfigError
from controller.history.entry import CAUSES
from controller.history.query import Query
from exporter.catalog.controller import OUTCOMES

Command = Callable[..., Any]
LARGEST = 10**9  # number of a cycle or page that anybody could mean


def filter_options(command: Command) -> Command:
    """Add the filters."""
    filters = (
        click.option("--parameter", default=None, metavar="NAME", help="Only where this parameter moved or was tried."),
        click.option("--actor", default=None, metavar="NAME", help="Only what this person caused, or `autopilot`."),
        click.option(
            "--cause", "causes", type=click.Choice(CAUSES), multiple=True, help="Only what came about so; repeatable."
        ),
        click.option("--outcome", type=click.Choice(OUTCOMES), default=None, help="Only of cycles that ended so."),
        click.option("--cycle", type=click.IntRange(1, LARGEST), default=None, help="Only of this cycle."),
        period_options,
        click.option("--text", default=None, help="Only where this stands in a reason, a change or a name."),
        click.option("--version", default=None, metavar="DIGITS", help="Only versions whose hash begins so."),
        click.option("--live", is_flag=True, help="Only the version that is live now."),
    )
    for option in reversed(filters):
        command = option(command)
    return command


def period_options(command: Command) -> Command:
    """Add --since and --until."""
    command = click.option("--until", default=None, metavar="TIME", help="Not after: a day means its first moment.")(
        command
    )
    return click.option(
        "--since", default=None, metavar="TIME", help="Not before: 2026-03-01, 2026-03-01T14:00 or 7d."
    )(command)


def place_options(command: Command) -> Command:
    """Add --config, --state and --json."""
    for option in (options.json_option, options.state_option, options.config_option):
        command = option(command)
    return command


def query(
    found: Reader, *, since: str | None, until: str | None, version: str | None, live: bool, **rest: Any
) -> Query:
    """Return what the filters ask for. Raises ConfigError."""
    if rest.get("parameter") is not None:
        found.require_parameter(rest["parameter"])
    if version is not None and not set(version) <= set("0123456789abcdef"):
        raise ConfigError(f"--version {version!r}: write the first hex digits of a version, as the list shows them")
    if live and not found.live:
        raise ConfigError(f"{found.desk.place.parameters}: missing or not valid: no version is live")
    begin, end = period(found, since, until)
    return Query(
        since=begin,
        until=end,
        version=found.live if live else version,
        **rest,
    )


def period(found: Reader, since: str | None, until: str | None) -> tuple[float | None, float | None]:
    """Return what --since and --until name, unix seconds. Raises ConfigError, also when nothing lies between."""
    now = found.desk.clock.now()
    begin = None if since is None else moment(since, now, "--since")
    end = None if until is None else moment(until, now, "--until")
    if begin is not None and end is not None and begin > end:
        raise ConfigError(f"--since {since!r} is later than --until {until!r}: nothing lies between; exchange them")
    return begin, end
