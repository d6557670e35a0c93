"""What every state-changing command has in common: why, whether to ask first, and saying what it would do.

`changing` adds --reason, --yes, --dry-run and --json, and marks the command; nothing else is a list of such commands.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import click

from controller.cli import options
from controller.cli.confirm import confirm
from controller.cli.say import say_lines
from controller.errors import ConfigError
from controller.judging.plain import plain

Command = Callable[..., Any]
Asks = Literal["always", "terminal"]
"""Whether to refuse where there is no terminal to ask at and no --yes, or to go on; "terminal" is for what is safe."""

UNSAID = "no reason given"
_MARK = "changes_state"


@dataclass(frozen=True)
class Change:
    """How a state-changing command was called.

    Attributes:
        reason: why; `UNSAID` when that was not said.
        yes: whether not to ask.
        dry_run: whether only to say what would happen.
        as_json: whether to print JSON.
        asks: whether to ask first.
    """

    reason: str
    yes: bool
    dry_run: bool
    as_json: bool
    asks: Asks

    def require_reason(self) -> None:
        """Refuse to go on without a reason, where --reason is needed only sometimes. Raises ConfigError."""
        if self.reason == UNSAID:
            raise ConfigError("give --reason: it stands in the journal for those who come after you")

    def goes_ahead(self, effect: str, told: Mapping[str, Any]) -> bool:
        """Say on a dry run what would happen and return False; else ask, where it is to be asked, and return True.

        Args:
            effect: what the command does, as in "this will ...".
            told: what JSON says beside the effect.

        Raises:
            ConfigError: there is no terminal to ask at.
            SystemExit: the answer was no.
        """
        if self.dry_run:
            shown = {**told, "effect": effect, "dry_run": True}
            self._print(f"would {plain(effect)}; nothing was done", shown)
            return False
        if not self.yes:
            confirm(effect, asks=self.asks)
        return True

    def tell(self, text: str, told: Mapping[str, Any]) -> None:
        """Say what was done: a text for people, or JSON."""
        self._print(text, {**told, "dry_run": False})

    def _print(self, text: str, told: Mapping[str, Any]) -> None:
        if self.as_json:
            options.print_json(told)
        else:
            say_lines(text)


def changing(*, asks: Asks = "always", reason: bool = True) -> Callable[[Command], Command]:
    """Return a decorator that makes a function a state-changing command; it gets a `Change` as its first argument.

    Args:
        asks: whether it asks first.
        reason: whether --reason must be given.
    """
    said = "Why; it stands in the journal beside your name."

    def made(command: Command) -> Command:
        @functools.wraps(command)
        def called(*, reason: str | None, yes: bool, dry_run: bool, as_json: bool, **given: Any) -> Any:
            if reason is not None and not reason.strip():
                raise ConfigError("--reason is empty: say why; it stands in the journal for those who come after you")
            change = Change(plain(" ".join((reason or UNSAID).split())), yes, dry_run, as_json, asks)
            return command(change, **given)

        shared = (
            click.option("--reason", required=reason, help=said),
            click.option("--yes", is_flag=True, help=_YES[asks]),
            click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing."),
            options.json_option,
        )
        found: Command = called
        for option in reversed(shared):
            found = option(found)
        setattr(found, _MARK, True)
        return found

    return made


_YES: dict[Asks, str] = {
    "always": "Do not ask; needed where there is no terminal.",
    "terminal": "Do not ask.",
}


def changes_state(command: click.Command) -> bool:
    """Whether a command is one that changes the state."""
    return getattr(command.callback, _MARK, False)
