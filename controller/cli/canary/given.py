"""What `canary power` and `canary replay` are given: times, and the canaries that the journal knows of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from controller.adapters.clock import Clock
from controller.cli import options, tables
from controller.config.config import Config
from controller.desk.desk import Desk
from controller.errors import ConfigError
from controller.replay.ran import Ran, canaries


def moment(option: str, text: str) -> float:
    """Return a time in unix seconds; without an offset it is UTC. Raises ConfigError."""
    try:
        return float(text) if text.replace(".", "", 1).isdecimal() else _parsed(text)
    except (ValueError, OverflowError):
        raise ConfigError(
            f"{option} {text!r}: write a time as 2026-03-01T14:30 (UTC), 2026-03-01T15:30+01:00, or unix seconds"
        ) from None


def _parsed(text: str) -> float:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def known_canaries(config: Config, state: Path, clock: Clock) -> dict[str, Ran] | None:
    """Return the canaries of the stack's journal by name; None when there is no journal. Raises IntegrityError."""
    desk = Desk(config, options.place(state), clock, options.actor())
    return canaries(desk.events(), clock.now()) if desk.place.journal.exists() else None


@contextmanager
def progress() -> Iterator[Progress]:
    """Hand out progress bars, which stand on stderr and only on a terminal."""
    console = tables.console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bars:
        yield bars
