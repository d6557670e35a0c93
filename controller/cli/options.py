"""Options that several commands share, and what they mean."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from controller.stack.layout import DEFAULT_STATE, Layout
from controller.wiring import Place

Command = Callable[..., Any]


def state_option(command: Command) -> Command:
    """Add --state: the folder of the stack, which holds everything."""
    return click.option(
        "--state",
        type=click.Path(path_type=Path, file_okay=False),
        default=DEFAULT_STATE,
        show_default=True,
        help="Folder of the stack: configuration, journal, history and live parameters.",
    )(command)


def config_option(command: Command) -> Command:
    """Add --config: autopilot.yaml; by default the one of the stack, which knows the stack's ports."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        default=None,
        help="autopilot.yaml  [default: the stack's own copy, else ./autopilot.yaml]",
    )(command)


def json_option(command: Command) -> Command:
    """Add --json: print JSON for programs instead of tables for people."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def reason_option(command: Command) -> Command:
    """Add --reason: it stands in the journal beside the actor."""
    return click.option("--reason", default="", help="Why; it stands in the journal.")(command)


def config_path(config: Path | None, state: Path) -> Path:
    """Return the configuration file that is meant."""
    if config is not None:
        return config
    own = Layout(state).autopilot
    return own if own.is_file() else Path("autopilot.yaml")


def place(state: Path) -> Place:
    """Return where the controller of a stack keeps what it knows."""
    layout = Layout(state)
    return Place(layout.controller, layout.live_parameters)


def actor() -> str:
    """Return who is at the terminal."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def print_json(value: Any) -> None:
    """Print a value as JSON; NaN and infinities, which JSON does not know, as null."""
    click.echo(json_text(value))


def json_text(value: Any) -> str:
    """Return what `print_json` prints."""
    return json.dumps(_plain(value), indent=2, sort_keys=False, default=str)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):  # noqa: PLR0124 - NaN
        return None
    return value
