"""`vvtvctl why`: why is a parameter at its value?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from controller.cli import options
from controller.cli.autopilot.desk import desk_of
from controller.cli.say import say
from controller.cli.when import moment
from controller.config.bounds import resolved
from controller.config.config import Config
from controller.errors import ConfigError, UnavailableError
from controller.journal.event import Event
from controller.why.chain import newest
from controller.why.document import document
from controller.why.link import Room
from controller.why.story import story


@click.command()
@click.argument("name")
@click.option("--depth", type=click.IntRange(min=1), default=3, show_default=True, help="How many values back to tell.")
@click.option("--at", "when", metavar="TIME", help="As it was then: 2026-03-01T14:00 (UTC), or 7d for ago.")
@options.config_option
@options.state_option
@options.json_option
def why(name: str, depth: int, when: str | None, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Tell why parameter NAME is at its value: who or what put it there, on what evidence, and what was tried since.

    Newest first: the cycle with its prediction, golden cases, verdict and what was measured KPI by KPI, or the operator
    with the reason, and what he went past; then what was tried or wanted afterwards and did not come into force.

    \b
    Examples:
      vvtvctl why temperature
      vvtvctl why temperature --at 2026-03-01T14:00 --depth 1
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    desk.config.specs.get(name)
    now = desk.clock.now()
    at = now if when is None else moment(when, now, "--at")
    if at > now:
        raise ConfigError(f"--at {when!r} is not over yet")

    def read(looks_from: float) -> Iterator[Event]:
        return (event for event in desk.events(looks_from=looks_from) if event.at <= at)

    links = newest(read, name, _begin(desk.config, name), depth)
    if not links:
        if when is not None:
            raise ConfigError(f"--at {when!r}: the journal has no value of {name} at that time, it begins later")
        raise UnavailableError(f"{name}: the journal has no value of it yet; a controller writes the first one")
    if as_json:
        options.print_json(document(name, links, at, depth))
        return
    for line in story(name, links, depth):
        say(line)


def _begin(config: Config, name: str) -> Room | None:
    """Return the bounds that the configuration begins with; None for a choice."""
    section = config.parameters[name]
    if isinstance(section.default, str):
        return None
    initial = resolved(section, config.bounds.floor).initial
    return Room(initial.low, initial.high)
