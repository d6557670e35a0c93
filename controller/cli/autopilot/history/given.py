"""What the commands of `vvtvctl autopilot history` share: the filters, the index, and names for versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from controller import wiring
from controller.adapters.history import History, UnknownVersionError
from controller.adapters.version_file import Version
from controller.cli import options
from controller.cli.autopilot.given import desk_of
from controller.cli.say import say
from controller.cli.when import moment
from controller.desk.desk import Desk
from controller.errors import ConfigError, IntegrityError
from controller.history.entry import CAUSES, IN_FORCE
from controller.history.index import NAME, Index
from controller.history.query import Query
from controller.journal.store import Journal
from exporter.catalog.controller import OUTCOMES

Command = Callable[..., Any]
LIVE, PREVIOUS = "live", "previous"
LARGEST = 10**9  # number of a cycle or page that anybody could mean


@dataclass(frozen=True)
class Reader:
    """One who reads history.

    Attributes:
        desk: whose journal it is.
        journal: the journal, open.
        index: its index, up to date.
        live: the version in the live file; "" when there is none that can be read.
    """

    desk: Desk
    journal: Journal
    index: Index
    live: str

    def version(self, text: str) -> Version:
        """Return the version that is meant: `live`, `previous`, or the first digits of its hash.

        Raises:
            ConfigError: there is none.
            IntegrityError: it is damaged, or its file is gone.
        """
        named = {LIVE: self.live, PREVIOUS: ""}.get(text, text)
        if text == PREVIOUS:
            named = self._previous()
        if not named and text in (LIVE, PREVIOUS):
            raise ConfigError(f"{self.desk.place.parameters}: missing or not valid: no version is live")
        try:
            return History(self.desk.place.history).get(named)
        except UnknownVersionError:
            known = self.index.page(Query(version=named), size=1).entries
            if not known:
                raise
            raise IntegrityError(
                f"{self.desk.place.history}: version {known[0].version} stands in the journal (event {known[0].seq}), "
                "but its file is missing; `vvtvctl autopilot history verify` says what else is"
            ) from None

    def require_parameter(self, name: str) -> None:
        """Raise ConfigError for a parameter that neither the configuration nor history knows."""
        if not self.index.page(Query(parameter=name), size=1).total:
            self.desk.config.specs.get(name)

    def _previous(self) -> str:
        """Return the version that was in force in every arm before the one that is. Raises ConfigError."""
        first = ""
        for entry in self.index.entries(Query(causes=IN_FORCE), newest_first=True):
            if first and entry.version != first:
                return entry.version
            first = first or entry.version
        raise ConfigError("previous: no other version was in force in every arm yet")


@contextmanager
def reader(config: Path | None, state: Path) -> Iterator[Reader]:
    """Open a stack's history. Raises ConfigError when no controller has run there, StorageError, IntegrityError."""
    desk = desk_of(config, state)
    desk.require_journal()
    live = wiring.live_store(desk.config, desk.place).current()
    with (
        Journal(desk.place.journal, wiring.writer_id()) as journal,
        Index(journal, desk.place.state / NAME) as index,
    ):
        if index.path is None:
            say(f"note: {desk.place.state / NAME} cannot be written, so the whole journal was read instead", err=True)
        yield Reader(desk, journal, index, "" if live is None else live.version)


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
