"""`vvtvctl autopilot bounds override|clear`: an operator's word on the bounds of one parameter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from controller.cli import options, tables
from controller.cli.autopilot.given import desk_of
from controller.cli.confirm import confirm
from controller.config_fields import Seconds
from controller.cycle.standing import Standing, standing
from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.override import refusal
from controller.desk import Desk
from controller.errors import ConfigError, ConflictError
from controller.journal import event as ev

LONGEST = 30 * 86400.0  # seconds; what is to last longer belongs into the configuration
Command = Callable[..., Any]
Request = ev.BoundsOverrideRequested | ev.BoundsOverrideCleared


def _order_options(command: Command) -> Command:
    """Add what every order takes."""
    shared = (
        click.option("--reason", required=True, help="Why; it stands in the journal beside your name."),
        click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal."),
        click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing."),
        options.config_option,
        options.state_option,
        options.json_option,
    )
    for option in reversed(shared):
        command = option(command)
    return command


@click.command(context_settings={"ignore_unknown_options": True})  # so that -0.1 is a number
@click.argument("name")
@click.argument("low", type=float)
@click.argument("high", type=float)
@click.option("--for", "lasting", required=True, metavar="TIME", help="How long, e.g. 90m, 2h or 7d; at most 30d.")
@_order_options
def override(
    name: str, low: float, high: float, *, lasting: str, reason: str, config: Path | None, state: Path, **given: Any
) -> None:
    """Let the autopilot propose parameter NAME between LOW and HIGH only, for a while, whatever its sliding bounds are.

    They must lie inside the hard bounds and hold the value in force. Afterwards the sliding bounds are in force again.

    \b
    Example:
      vvtvctl autopilot bounds override temperature 0.5 0.7 --for 2h --reason "release day"
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    found = _standing(desk, name)
    try:
        asked = Bounds(low, high)
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from None
    if (why := refusal(asked, found.frame.hard, found.frame.value)) is not None:
        raise ConfigError(f"{name}: {why}")
    until = desk.clock.now() + _seconds(lasting)
    request = ev.BoundsOverrideRequested(parameter=name, low=low, high=high, until=until, reason=reason)
    effect = f"bound {name} to {asked} until {tables.moment(until)} UTC"
    _give(desk, request, effect + _under_way(desk, name, asked), **given)


@click.command()
@click.argument("name")
@_order_options
def clear(name: str, reason: str, config: Path | None, state: Path, **given: Any) -> None:
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
    _give(desk, ev.BoundsOverrideCleared(parameter=name, reason=reason), effect, **given)


def _standing(desk: Desk, name: str) -> Standing:
    """Return how a parameter stands. Raises ParameterError (unknown), ConfigError (a choice has no bounds)."""
    desk.config.specs.get(name)
    found = standing(desk.config, desk.state(), name)
    if found is None:
        raise ConfigError(f"{name} is a choice among texts: it has no bounds that could be overridden")
    return found


def _seconds(text: str) -> float:
    try:
        seconds: float = TypeAdapter(Seconds).validate_python(text)
    except ValidationError:
        raise ConfigError(f"--for {text!r}: write a time above 0 like 90m, 2h or 7d") from None
    if seconds > LONGEST:
        raise ConfigError(
            f"--for {text!r}: an override lasts 30d at most; what is to stay belongs into the parameter's `bounds` in "
            "autopilot.yaml"
        )
    return seconds


def _under_way(desk: Desk, name: str, asked: Bounds) -> str:
    """Return what a person should know of a canary that already tries a value outside."""
    cycle = desk.state().cycle
    for move in cycle.changes if cycle is not None else ():
        if move.parameter == name and not isinstance(move.new, str) and not asked.holds(move.new):
            return f"; cycle {cycle.number if cycle else 0}, which tries {move.new:g}, goes on"
    return ""


def _give(desk: Desk, request: Request, effect: str, *, yes: bool, dry_run: bool, as_json: bool) -> None:
    told: dict[str, Any] = {"order": request.kind, **request.model_dump(exclude={"kind"}), "effect": effect}
    if dry_run:
        _tell({**told, "dry_run": True}, f"would {effect}; nothing was done", as_json=as_json)
        return
    if not yes:
        confirm(effect)
    event = desk.submit(request)
    done = f"done (event {event.seq} by {event.actor}): {effect}"
    _tell({**told, "dry_run": False, "event": event.seq, "actor": event.actor}, done, as_json=as_json)


def _tell(told: dict[str, Any], text: str, *, as_json: bool) -> None:
    if as_json:
        options.print_json(told)
    else:
        click.echo(text)
