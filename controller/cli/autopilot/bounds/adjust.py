"""`vvtvctl autopilot bounds adjust`: other sliding bounds, from which they slide on."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli import options
from controller.cli.autopilot.desk import desk_of
from controller.cli.change import Change, changing
from controller.errors import ConfigError


@click.command()
@click.argument("name")
@click.option("--low", type=float, help="The new lower bound.  [default: as it is]")
@click.option("--high", type=float, help="The new upper bound.  [default: as it is]")
@click.option("--reset", is_flag=True, help="Back to the bounds that the configuration begins with.")
@changing()
@options.config_option
@options.state_option
def adjust(
    change: Change,
    name: str,
    *,
    low: float | None,
    high: float | None,
    reset: bool,
    config: Path | None,
    state: Path,
) -> None:
    """Move the sliding bounds of parameter NAME; they slide on from there. `override` puts others in force for a while.

    They must lie inside the hard bounds, hold the value in force, and be no narrower than the floor. While a cycle is
    under way they wait for its end.

    \b
    Examples:
      vvtvctl autopilot bounds adjust temperature --low 0.5 --reason "below nothing was ever gained"
      vvtvctl autopilot bounds adjust temperature --reset --reason "the incident had another cause"
    """  # noqa: D301 - click reads the backspace character
    if reset == (low is not None or high is not None):
        raise ConfigError("give --low, --high or both, or --reset alone")
    desk = desk_of(config, state)
    desk.require_journal()
    plan = desk.plan_bounds(name, None if reset else (low, high), change.reason)
    told = plan.request.model_dump(exclude={"kind"})
    if not change.goes_ahead(plan.effect, told):
        return
    given, done = desk.adjust_bounds(plan)
    waits = "once the cycle is over" if desk.holder() else "once a controller runs"
    effect = plan.effect.replace("move ", "moved ", 1) if done else f"will {plan.effect}, {waits}"
    text = f"{'done' if done else 'asked for'} (event {given.seq} by {given.actor}): {effect}"
    change.tell(
        text, {**told, "effect": plan.effect, "event": given.seq, "actor": given.actor, "done": done is not None}
    )
