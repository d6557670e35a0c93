"""`vvtvctl autopilot run-once`: one cycle, from start to end."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from controller.cli import options
from controller.cli.autopilot.desk import desk_of, narrator
from controller.cli.change import Change, changing
from controller.errors import ConfigError
from exporter.parameters import ParameterError, ParameterSpecs, Values

NOT_PROMOTED = 7


def assignments(pairs: tuple[str, ...], specs: ParameterSpecs) -> Values | None:
    """Return the values that are asked for, each of its parameter's kind. Raises ConfigError."""
    found: Values = {}
    for pair in pairs:
        name, _, value = (part.strip() for part in pair.partition("="))
        if not name or not value:
            raise ConfigError(f"--set {pair!r}: write it as name=value, for example --set batch_size=20")
        if name in found:
            raise ConfigError(f"--set {pair!r}: {name} is given a value twice")
        try:
            found[name] = specs.get(name).read(value)
        except ParameterError as error:
            raise ConfigError(f"--set {pair!r}: {error}") from None
    return found or None


def left_alone(*, controller_runs: bool) -> str:
    """Return what becomes of a cycle that nobody waits for any more."""
    if controller_runs:
        return "the controller goes on with the cycle without you; `vvtvctl autopilot status` shows it"
    return (
        "the cycle stands in the journal where it stopped, and a canary falls back to control values by itself; "
        "`vvtvctl controller run`, or the next run-once, goes on from there"
    )


@click.command("run-once")
@click.option("--set", "forced", multiple=True, metavar="NAME=VALUE", help="Canary this change instead of a proposal.")
@click.option("--force", is_flag=True, help="Do not ask the golden cases; the journal says who wanted that.")
@changing()
@options.config_option
@options.state_option
def run_once(change: Change, *, forced: tuple[str, ...], force: bool, config: Path | None, state: Path) -> None:
    """Run one cycle now and wait for its end; exit 0 when the change was promoted, 7 when it was not.

    A running controller is asked to do it; without one, this command runs the cycle itself. Exit 4 while the autopilot
    is paused or a cycle is under way.

    \b
    Examples:
      vvtvctl autopilot run-once --reason "before the weekend"
      vvtvctl autopilot run-once --set temperature=0.8 --reason "try what the team suggests" --yes
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    plan = desk.plan_cycle(assignments(forced, desk.config.specs), change.reason, force=force)
    if not change.goes_ahead(plan.effect, {"order": "cycle"}):
        return
    try:
        end = desk.carry_out_cycle(plan, narrator(as_json=change.as_json))
    except KeyboardInterrupt:
        click.echo(left_alone(controller_runs=desk.holder() is not None), err=True)
        raise
    if change.as_json:
        options.print_json({"cycle": end.cycle, "outcome": end.outcome, "reason": end.reason})
    sys.exit(0 if end.outcome == "promoted" else NOT_PROMOTED)
