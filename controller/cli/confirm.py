"""Asking before something is changed."""

from __future__ import annotations

import sys

import click

from controller.errors import ConfigError

DECLINED = 1


def confirm(effect: str) -> None:
    """Ask at the terminal whether to go on; exit 1 when the answer is no. Raises ConfigError where there is none."""
    if not sys.stdin.isatty():
        raise ConfigError("there is no terminal to ask at: give --yes to do it, or --dry-run to see what it would do")
    if not click.confirm(f"This will {effect}. Go on?", err=True):
        click.echo("nothing was done", err=True)
        sys.exit(DECLINED)
