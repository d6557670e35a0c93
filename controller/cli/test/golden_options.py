"""What the commands around golden cases have in common: options, values, which cases."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from controller.adapters.config_file import read_config
from controller.cli import options
from controller.cli.autopilot.run_once import assignments
from controller.config.config import Config
from controller.config.fields import Seconds
from controller.errors import ConfigError
from controller.golden.case import Case
from controller.golden.pool import Limits
from exporter.parameters import Values

Command = Callable[..., Any]
_SECONDS: TypeAdapter[float] = TypeAdapter(Seconds)


def value_options(command: Command) -> Command:
    """Add what says which cases run with which values."""
    shared = (
        click.option("--set", "assigned", multiple=True, metavar="NAME=VALUE", help="A value instead of the default."),
        click.option(
            "--case", "patterns", multiple=True, metavar="PATTERN", help="Only cases called so; * is any text."
        ),
        options.config_option,
        options.state_option,
        options.json_option,
    )
    for option in reversed(shared):
        command = option(command)
    return command


def configured(config: Path | None, state: Path) -> Config:
    """Return the configuration. Raises ConfigError."""
    return read_config(options.config_path(config, state))


def values_of(config: Config, assigned: tuple[str, ...]) -> Values:
    """Return the defaults with what is set on the command line. Raises ConfigError."""
    return {**config.specs.defaults(), **(assignments(assigned, config.specs) or {})}


def chosen(cases: Sequence[Case], patterns: tuple[str, ...]) -> tuple[Case, ...]:
    """Return the cases whose names match any pattern, all without one. Raises ConfigError when none matches."""
    if not patterns:
        return tuple(cases)
    found = tuple(case for case in cases if any(fnmatch.fnmatchcase(case.name, pattern) for pattern in patterns))
    if not found:
        raise ConfigError(f"--case {' '.join(patterns)}: none of the {len(cases)} cases is called so; * is any text")
    return found


def limited(limits: Limits, workers: int | None, timeout: float | None) -> Limits:
    """Return the configured limits with those of the command line."""
    return replace(limits, workers=workers or limits.workers, whole=timeout or limits.whole)


def seconds_of(_context: click.Context, option: click.Parameter, text: str | None) -> float | None:
    """Read an option that is a time. Raises ConfigError."""
    if text is None:
        return None
    try:
        return _SECONDS.validate_python(float(text) if text.replace(".", "", 1).isdigit() else text)
    except ValidationError as error:
        raise ConfigError(f"--{option.name}: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None
