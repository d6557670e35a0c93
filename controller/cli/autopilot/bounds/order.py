"""`vvtvctl autopilot bounds override|clear`: an operator's word on the bounds of one parameter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from controller.cli import options, tables
from controller.cli.alias import alias
from controller.cli.autopilot.bounds.named_ends import NamedEnds
from controller.cli.autopilot.desk import desk_of
from controller.cli.change import Change, changing
from controller.cycle.standing import Standing, standing
from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.override import refusal
from controller.desk.desk import Desk
from controller.errors import ConfigError, ConflictError
from controller.journal import event as ev
from exporter.seconds import DAY

LONGEST = 30 * DAY  # what is to last longer belongs into the configuration
INSTEAD = "what is to stay belongs into the parameter's `bounds` in autopilot.yaml"
Request = ev.BoundsOverrideRequested | ev.BoundsOverrideCleared


@click.command(cls=NamedEnds)
@click.argument("name")
@click.option("--low", type=float, required=True, help="The lower end.")
@click.option("--high", type=float, required=True, help="The upper end.")
@click.option("--for", "lasting", required=True, metavar="TIME", help="How long, e.g. 90m, 2h or 7d; at most 30d.")
@changing()
@options.config_option
@options.state_option
def override(
    change: Change, name: str, *, low: float, high: float, lasting: str, config: Path | None, state: Path
) -> None:
    """Let the autopilot propose parameter NAME between two ends only, for a while, whatever its sliding bounds are.

    They must lie inside the hard bounds and hold the value in force. Afterwards the sliding bounds are in force again.
    `vvtvctl autopilot override-bounds` is the same.

    \b
    Example:
      vvtvctl autopilot bounds override temperature --low 0.5 --high 0.7 --for 2h --reason "release day"
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    found = _standing(desk, name)
    try:
        asked = Bounds(low, high)
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from None
    whole = desk.config.parameters[name].kind == "int"
    if (why := refusal(asked, found.frame.hard, found.frame.value, whole=whole)) is not None:
        raise ConfigError(f"{name}: {why}")
    until = desk.clock.now() + options.duration("--for", lasting, longest=LONGEST, instead=INSTEAD)
    request = ev.BoundsOverrideRequested(parameter=name, low=low, high=high, until=until, reason=change.reason)
    effect = f"bound {name} to {asked} until {tables.moment(until)} UTC"
    _give(change, desk, request, effect + _under_way(desk, name, asked))


override_bounds = alias(
    override,
    "override-bounds",
    """Let the autopilot propose parameter NAME between two ends only, for a while: what `bounds override` does.

    \b
    Example:
      vvtvctl autopilot override-bounds batch_size --low 10 --high 40 --for 6h --reason "it needs room"
    """,
)


@click.command()
@click.argument("name")
@changing()
@options.config_option
@options.state_option
def clear(change: Change, name: str, *, config: Path | None, state: Path) -> None:
    """End the override of parameter NAME before its time: its sliding bounds are in force again.

    Exit 4 when it has none.

    \b
    Example:
      vvtvctl autopilot bounds clear temperature --reason "the release is out"
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    found = _standing(desk, name)
    if found.override(desk.clock.now()) is None:
        raise ConflictError(f"{name}: no override is in force; `vvtvctl autopilot bounds show` shows what is")
    effect = f"bring the sliding bounds of {name}, {found.sliding.bounds}, back into force"
    _give(change, desk, ev.BoundsOverrideCleared(parameter=name, reason=change.reason), effect)


def _standing(desk: Desk, name: str) -> Standing:
    """Return how a parameter stands. Raises ParameterError (unknown), ConfigError (a choice has no bounds)."""
    desk.config.specs.get(name)
    found = standing(desk.config, desk.state(), name)
    if found is None:
        raise ConfigError(f"{name} is a choice among texts: it has no bounds that could be overridden")
    return found


def _under_way(desk: Desk, name: str, asked: Bounds) -> str:
    """Return what a person should know of a canary that already tries a value outside."""
    cycle = desk.state().cycle
    for move in cycle.changes if cycle is not None else ():
        if move.parameter == name and not isinstance(move.new, str) and not asked.holds(move.new):
            return f"; cycle {cycle.number if cycle else 0}, which tries {move.new:g}, goes on"
    return ""


def _give(change: Change, desk: Desk, request: Request, effect: str) -> None:
    told: dict[str, Any] = {"order": request.kind, **request.model_dump(exclude={"kind"}), "effect": effect}
    if not change.goes_ahead(effect, told):
        return
    event = desk.submit(request)
    done = f"done (event {event.seq} by {event.actor}): {effect}"
    change.tell(done, {**told, "event": event.seq, "actor": event.actor})
