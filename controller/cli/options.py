"""Options that several commands share, and what they mean."""

from __future__ import annotations

import getpass
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from controller.config.fields import LONGEST
from controller.duration import UNITS
from controller.errors import ConfigError
from controller.finite import finite
from controller.place import Place
from controller.stack.layout import DEFAULT_STATE, Layout
from exporter.seconds import DAY

Command = Callable[..., Any]


def state_option(command: Command) -> Command:
    """Add --state: the folder of the stack, which holds everything."""
    return click.option(
        "--state",
        type=click.Path(path_type=Path, file_okay=False),
        default=DEFAULT_STATE,
        show_default=True,
        envvar="VVTV_STATE",
        show_envvar=True,
        help="Folder of the stack: configuration, journal, history and live parameters.",
    )(command)


def config_option(command: Command) -> Command:
    """Add --config: autopilot.yaml; by default the one of the stack, which knows the stack's ports."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        default=None,
        envvar="VVTV_CONFIG",
        show_envvar=True,
        help="autopilot.yaml  [default: the stack's own copy, else ./autopilot.yaml]",
    )(command)


def json_option(command: Command) -> Command:
    """Add --json: print JSON for programs instead of tables for people."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def duration(option: str, text: str, *, longest: float = LONGEST * DAY, instead: str = "") -> float:
    """Return the seconds that an option's text says.

    Args:
        option: its name, for the message.
        text: as it was written, e.g. 90m.
        longest: seconds that it may be at most.
        instead: what to do for longer ones.

    Raises:
        ConfigError: it is no time, has no unit (5 of what?), or is a longer one.
    """
    text = text.strip()
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|)", text, re.ASCII)
    seconds = float(match[1]) * UNITS.get(match[2], 1.0) if match else 0.0
    if match is None or not seconds > 0:
        raise ConfigError(f"{option} {text!r}: write a time above 0 like 90m, 2h or 7d")
    if not match[2]:
        raise ConfigError(f"{option} {text!r}: {text}s, {text}m or {text}h? Write the unit too")
    if seconds > longest:
        raise ConfigError(f"{option} {text!r}: {longest / DAY:g}d is the longest{f'; {instead}' if instead else ''}")
    return seconds


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
    """Return who is at the terminal; behind sudo it is who called that, not the user that the command has become."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def print_json(value: Any) -> None:
    """Print a value as JSON; NaN and infinities, which JSON does not know, as null."""
    click.echo(json_text(value))


def json_text(value: Any) -> str:
    """Return what `print_json` prints."""
    return json.dumps(finite(value), indent=2, sort_keys=False, default=str)
