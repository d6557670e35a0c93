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
        default: the command that is meant when none is named; "" for none.
    """

    def __init__(self, *args: Any, members: Mapping[str, str], default: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Return the arguments that are left; options alone are those of the default command."""
        named = bool(args) and (not args[0].startswith("-") or args[0] in self.get_help_option_names(ctx))
        if self.default and not named and not ctx.resilient_parsing:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

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
