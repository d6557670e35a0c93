"""Groups of commands by name: a command's module is imported only when it is called."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands are imported by name when they are needed; a misspelt one is told the nearest name.

    Args:
        members: command names to `module:attribute`.
    """

    def __init__(self, *args: Any, members: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name. Raises UsageError with the nearest name."""
        if args and args[0] not in self.members and not args[0].startswith("-") and not ctx.resilient_parsing:
            near = difflib.get_close_matches(args[0], self.members, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(self.members))}"
            raise click.UsageError(f"no such command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names."""
        del ctx
        return sorted(self.members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None when there is none of that name."""
        del ctx
        if cmd_name not in self.members:
            return None
        module, _, attribute = self.members[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command
