"""A command whose two ends are options, as those of `bounds adjust` are; ends without them are answered with how."""

from __future__ import annotations

from itertools import pairwise

import click

from controller.errors import ConfigError


class NamedEnds(click.Command):
    """A command with --low and --high that tells those who write NAME LOW HIGH what to write instead."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments. Raises UsageError; ConfigError with the options to write for two numbers side by side."""
        given = list(args)  # click takes words away from its own
        try:
            return super().parse_args(ctx, args)
        except click.UsageError:
            for low, high in pairwise(given):
                if _number(low) and _number(high):
                    raise ConfigError(f"the ends are options: write --low {low} --high {high}") from None
            raise


def _number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
