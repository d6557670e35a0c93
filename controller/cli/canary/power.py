"""`vvtvctl canary power`: before a canary, what it can detect, from the A/A history of the permanent arms."""

from __future__ import annotations

import difflib
import math
import sys
from pathlib import Path

import click

from controller.adapters import ranges
from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.adapters.prometheus import Prometheus
from controller.cli import options
from controller.cli.canary.known import known_canaries
from controller.cli.canary.power_page import Asked, document, show
from controller.cli.progress import progress
from controller.cli.say import say
from controller.config.config import Config
from controller.connection import connection
from controller.errors import ConfigError
from controller.model import Window
from controller.replay.planner import Hope
from controller.replay.planning import outlooks

UNPLANNED = 1


@click.command()
@click.option("--history", default=None, help="A/A history to learn from  [default: canary.history]")
@click.option(
    "--effect", "effects", multiple=True, metavar="KPI=VALUE", help="How long a canary must this effect have? 2% works."
)
@options.config_option
@options.state_option
@options.json_option
def power(history: str | None, effects: tuple[str, ...], config: Path | None, state: Path, *, as_json: bool) -> None:
    """Show the smallest effect that a canary detects, per KPI, over its duration and its share of the traffic.

    An effect is detected when it is proven by the planned end with 80 % probability. Exit 1 when no canary can be
    planned on a KPI, and why.

    \b
    Examples:
      vvtvctl canary power
      vvtvctl canary power --effect play_completion=0.01 --effect llm_success=2%
    """  # noqa: D301 - click reads the backspace character
    settings, clock = read_config(options.config_path(config, state)), Clock()
    hopes = tuple(_hope(text, settings) for text in effects)
    span = settings.canary.history if history is None else options.duration("--history", history)
    known, now = known_canaries(settings, state, clock), clock.now()
    excluded = tuple(window for ran in (known or {}).values() for window in ran.windows)
    window = Window(now - span, now - settings.prometheus.scrape_interval / 2)
    with Prometheus(connection(settings)) as prometheus, progress() as bars:
        task = bars.add_task("reading", total=ranges.queries(settings, window))
        record = ranges.read(prometheus, settings, window, excluded, lambda: bars.advance(task))
    found = outlooks(record, settings, hopes)
    asked = Asked(settings, now, span, int((~record.same).sum()), known is not None)
    if as_json:
        options.print_json(document(asked, found))
    else:
        show(asked, found)
    for outlook in found:
        if outlook.problem:
            longer = ", or a longer --history" if outlook.short else ""
            say(f"{outlook.judged.kpi.name} cannot be planned: {outlook.problem}{longer}", err=True)
    if any(outlook.problem for outlook in found):
        sys.exit(UNPLANNED)


def _hope(text: str, config: Config) -> Hope:
    """Return the effect of `conversion=0.01` or `conversion=2%`. Raises ConfigError."""
    name, _, value = (piece.strip() for piece in text.partition("="))
    known = [judged.kpi.name for judged in config.judged]
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"it judges {', '.join(known)}"
        raise ConfigError(f"--effect {text!r}: {name!r} is no KPI of this configuration; {hint}")
    try:
        size = float(value.removesuffix("%"))
    except ValueError:
        size = math.nan
    if not math.isfinite(size) or size == 0:
        raise ConfigError(
            f"--effect {text!r}: write KPI=VALUE in the KPI's unit, or in percent of its level: {name}=2%"
        )
    return Hope(name, size / 100, relative=True) if value.endswith("%") else Hope(name, size)
