"""Asking before something is changed."""

from __future__ import annotations

import sys
from typing import Literal

import click

from controller.errors import ConfigError
from controller.judging.plain import plain

DECLINED = 1


def confirm(effect: str, *, asks: Literal["always", "terminal"] = "always") -> None:
    """Ask at the terminal whether to go on; exit 1 when the answer is no.

    Args:
        effect: what is going to be done, as in "this will ...".
        asks: "always": no terminal is an error; "terminal": without one it goes on, and at one Enter means yes.

    Raises:
        ConfigError: there is no terminal, and it must be asked.
    """
    if asks == "terminal" and not sys.stdin.isatty():
        return
    if not sys.stdin.isatty():
        raise ConfigError("there is no terminal to ask at: give --yes to do it, or --dry-run to see what it would do")
    if not click.confirm(f"This will {plain(effect)}. Go on?", default=asks == "terminal", err=True):
        click.echo("nothing was done", err=True)
        sys.exit(DECLINED)
