"""Printing what may hold words of others: labels, summaries and reasons neither steer a terminal nor forge lines."""

from __future__ import annotations

import click

from controller.judging.plain import plain


def say(text: str, *, err: bool = False) -> None:
    """Print one line; a line end in it is shown as one."""
    click.echo(plain(text), err=err)


def say_lines(text: str, *, err: bool = False, nl: bool = True, keep: str = "") -> None:
    """Print lines that are ours, whose words may be others'; the characters in `keep` stay as they are."""
    click.echo("\n".join(plain(line, keep=keep) for line in text.split("\n")), err=err, nl=nl)
