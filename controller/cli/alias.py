"""One command under a second name, with help of its own."""

from __future__ import annotations

import click


def alias(command: click.Command, name: str, told: str) -> click.Command:
    """Return what a command does under another name; `told` is its help, as a docstring."""
    settings = command.context_settings
    made = type(command)  # of its own class, which may read arguments in its own way
    return made(name, callback=command.callback, params=command.params, help=told, context_settings=settings)
