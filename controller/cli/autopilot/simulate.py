"""`vvtvctl autopilot simulate`: days of the autopilot on a plant whose truth is known."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import cast

import click
from click.shell_completion import CompletionItem

from controller.adapters.atomic import write_atomic
from controller.cli import options
from controller.cli.autopilot.simulate_document import Asked, document
from controller.cli.autopilot.simulate_page import show
from controller.cli.progress import progress
from controller.errors import ConfigError
from controller.trials.simulation.faults import PRESETS, preset
from controller.trials.simulation.load import PREFIX
from controller.trials.simulation.plants import BUILTIN
from controller.trials.simulation.proposers import PROPOSERS
from controller.trials.simulation.seeds import Job, play
from controller.trials.simulation.setting import Level, Setting

MOST_DAYS = 3650
MOST_CANARIES = 24.0  # a day: each lasts an hour


def _plants(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the builtin plants that begin like this, else files; bash ends a word at a colon, so names go without."""
    del ctx, param
    names = [PREFIX, *BUILTIN] + [f"{PREFIX}:{name}" for name in BUILTIN if ":" in incomplete]
    found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]


def _proposers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    del ctx, param
    return [CompletionItem(name) for name in PROPOSERS if name.startswith(incomplete)]


@click.command()
@click.option(
    "--plant",
    default=PREFIX,
    show_default=True,
    metavar="PLANT",
    shell_complete=_plants,
    help="builtin, builtin:NAME or PATH.py:FACTORY.",
)
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=30, show_default=True, help="Simulated days.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The first seed.")
@click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="How many seeds.")
@click.option(
    "--proposer",
    default="kalman",
    show_default=True,
    metavar="NAME",
    shell_complete=_proposers,
    help=f"Who chooses the changes: {', '.join(PROPOSERS)}.",
)
@click.option(
    "--level", type=click.Choice(("effect", "series")), default="effect", show_default=True, help="What is measured."
)
@click.option(
    "--faults", type=click.Choice(tuple(PRESETS)), default="none", show_default=True, help="How much goes wrong."
)
@click.option(
    "--canaries-per-day", "rate", type=float, default=2.0, show_default=True, help="Opportunities for a canary."
)
@click.option("--workers", type=click.IntRange(min=1), default=None, help="Processes  [default: one per core]")
@click.option(
    "--course",
    type=click.IntRange(min=0),
    default=None,
    help="Show so many canaries of each seed  [default: all of a single seed]",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Also write the JSON here.")
@options.json_option
def simulate(
    *,
    plant: str,
    days: int,
    seed: int,
    seeds: int,
    proposer: str,
    level: str,
    faults: str,
    rate: float,
    workers: int | None,
    course: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Let a proposer tune a simulated service for some days, and say how good and how safe it was.

    Canaries are judged by the autopilot's own rules; the plant's truth is known only to the figures. With several
    seeds each figure is a mean with its standard error.

    \b
    Examples:
      vvtvctl autopilot simulate
      vvtvctl autopilot simulate --plant builtin:quadratic-10-high --seeds 40 --proposer random
      vvtvctl autopilot simulate --plant examples/checkout/plant.py:make --days 14 --faults some --json
    """  # noqa: D301 - click reads the backspace character
    setting = Setting(days=days, canaries_per_day=_rate(rate, days), level=cast("Level", level), faults=preset(faults))
    if out is not None:
        _check_writable(out)
    chosen = range(seed, seed + seeds)
    with progress() as bars:
        task = bars.add_task("simulating", total=seeds)
        played = play(Job(plant, proposer, setting), chosen, workers or _cores(), lambda: bars.advance(task))
    asked = Asked(plant, proposer, faults, setting, course)
    told = document(asked, played)
    if as_json:
        options.print_json(told)
    else:
        show(asked, played)
    if out is not None:
        write_atomic(out, f"{options.json_text(told)}\n".encode())


def _rate(rate: float, days: int) -> float:
    """Return the canaries per day. Raises ConfigError."""
    if not (math.isfinite(rate) and 0 < rate <= MOST_CANARIES):
        raise ConfigError(f"--canaries-per-day {rate:g}: write a number above 0, at most {MOST_CANARIES:g}")
    if round(days * rate) < 1:
        raise ConfigError(f"--canaries-per-day {rate:g}: no canary in {days} days; at least {1 / days:.3g} is needed")
    return rate


def _check_writable(out: Path) -> None:
    """Refuse a file that cannot be written before the time is spent. Raises ConfigError."""
    if not out.parent.is_dir():
        raise ConfigError(f"--out {out}: there is no folder {out.parent}; make it first")
    if not os.access(out.parent, os.W_OK):
        raise ConfigError(f"--out {out}: {out.parent} cannot be written; choose another folder")


def _cores() -> int:
    """Return the cores that this process may use."""
    return len(os.sched_getaffinity(0))
