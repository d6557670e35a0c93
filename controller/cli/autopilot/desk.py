"""The desk that every command of `vvtvctl autopilot` asks, and what is said of its answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.markup import escape

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.cli import options, tables
from controller.cli.narrate import sentence
from controller.desk.desk import Desk
from controller.journal.event import Event
from exporter.parameter import shown
from exporter.parameters import Values

WAITS = "; no controller is running (or it hangs), it takes effect when one starts"
"""What is said of a request that nobody hears yet."""


def desk_of(config: Path | None, state: Path) -> Desk:
    """Return the desk of a stack, with or without a journal. Raises ConfigError."""
    return Desk(read_config(options.config_path(config, state)), options.place(state), Clock(), options.actor())


def narrator(*, as_json: bool) -> Callable[[Event], None]:
    """Return what tells each event in a sentence while one waits; beside JSON on stderr."""
    out = tables.console(stderr=as_json)

    def tell(event: Event) -> None:
        if text := sentence(event):
            out.print(f"[dim]{tables.moment(event.at)[11:]}[/dim] {escape(text)}")

    return tell


def assigned(values: Values) -> str:
    """Return values as people read them."""
    return ", ".join(f"{name}={shown(value)}" for name, value in values.items())
