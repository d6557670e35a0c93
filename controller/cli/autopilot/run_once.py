"""`vvtvctl autopilot run-once`: one cycle, from start to end."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.markup import escape

from controller.cli import options, tables
from controller.cli.autopilot.given import desk_of
from controller.cli.narrate import sentence
from controller.errors import ConfigError
from controller.journal.event import Event
from exporter.parameters import ParameterError, ParameterSpecs, Values

NOT_PROMOTED = 7


def _assignments(pairs: tuple[str, ...], specs: ParameterSpecs) -> Values | None:
    """Return the values that are asked for, each of its parameter's kind. Raises ConfigError."""
    found: Values = {}
    for pair in pairs:
        name, _, value = (part.strip() for part in pair.partition("="))
        if not name or not value:
            raise ConfigError(f"--set {pair!r}: write it as name=value, for example --set batch_size=20")
        try:
            found[name] = specs.get(name).read(value)
        except ParameterError as error:
            raise ConfigError(f"--set {pair!r}: {error}") from None
    return found or None


@click.command("run-once")
@click.option("--set", "forced", multiple=True, metavar="NAME=VALUE", help="Canary this change instead of a proposal.")
@options.reason_option
@options.config_option
@options.state_option
@options.json_option
def run_once(forced: tuple[str, ...], reason: str, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Run one cycle now and wait for its end; exit 0 when the change was promoted, 7 when it was not.

    A running controller is asked to do it; without one, this command runs the cycle itself.

    \b
    Examples:
      vvtvctl autopilot run-once
      vvtvctl autopilot run-once --set temperature=0.8 --reason "try what the team suggests"
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    out = tables.console(stderr=as_json)

    def tell(event: Event) -> None:
        if text := sentence(event):
            out.print(f"[dim]{tables.moment(event.at)[11:]}[/dim] {escape(text)}")

    end = desk.cycle(_assignments(forced, desk.config.specs), reason, tell)
    if as_json:
        options.print_json({"cycle": end.cycle, "outcome": end.outcome, "reason": end.reason})
    sys.exit(0 if end.outcome == "promoted" else NOT_PROMOTED)
