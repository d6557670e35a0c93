"""`vvtvctl canary pause|resume|approve|reject|abort`: an operator's word on the canary that is under way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.cli import options
from controller.cli.autopilot import control as autopilot
from controller.cli.confirm import confirm
from controller.cycle.orders import DONE, WORDS, under_way
from controller.desk import Desk
from controller.errors import ConflictError
from controller.journal import event as ev
from controller.journal.state import CycleState
from exporter.parameter import shown

Command = Callable[..., Any]


def desk_of(config: Path | None, state: Path) -> Desk:
    """Return the desk of a stack on which a controller has run. Raises ConfigError."""
    desk = Desk(read_config(options.config_path(config, state)), options.place(state), Clock(), options.actor())
    desk.require_journal()
    return desk


def _order_options(command: Command) -> Command:
    """Add what every order takes."""
    shared = (
        click.argument("canary", required=False),
        click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal."),
        click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing."),
        options.config_option,
        options.state_option,
        options.json_option,
    )
    for option in reversed(shared):
        command = option(command)
    return command


def _request_options(command: Command) -> Command:
    """Add what pausing and resuming take."""
    for option in (options.json_option, options.state_option, options.config_option, options.reason_option):
        command = option(command)
    return command


@click.command()
@_request_options
def pause(**given: Any) -> None:
    """Hold the running canary on control values, and start no cycle: what `vvtvctl autopilot pause` does.

    \b
    Example:
      vvtvctl canary pause --reason "release day"
    """  # noqa: D301 - click reads the backspace character
    click.get_current_context().invoke(autopilot.pause, **given)


@click.command()
@_request_options
def resume(**given: Any) -> None:
    """Let a canary that was held go on where it stopped: what `vvtvctl autopilot resume` does.

    \b
    Example:
      vvtvctl canary resume
    """  # noqa: D301 - click reads the backspace character
    click.get_current_context().invoke(autopilot.resume, **given)


@click.command()
@_order_options
@click.option("--reason", required=True, help="Why; it stands in the journal and in history.")
@click.option("--force", is_flag=True, help="Also while a critical incident is open.")
def approve(canary: str | None, reason: str, *, force: bool, **given: Any) -> None:
    """Promote CANARY (the one under way) although its evidence has not, or not yet, said so.

    Exit 4 when there is no such canary, when it is decided already, or while an incident is open.

    \b
    Example:
      vvtvctl canary approve --reason "the campaign needs it, the guardrails are fine"
    """  # noqa: D301 - click reads the backspace character
    _give(lambda name: ev.CanaryApproved(canary=name, reason=reason, force=force), canary, **given)


@click.command()
@_order_options
@options.reason_option
def reject(canary: str | None, reason: str, **given: Any) -> None:
    """End CANARY (the one under way) as a rollback: the old values everywhere.

    Exit 4 when there is no such canary, or when it is decided already.

    \b
    Example:
      vvtvctl canary reject cycle-12 --reason "support hears complaints" --yes
    """  # noqa: D301 - click reads the backspace character
    _give(lambda name: ev.CanaryRejected(canary=name, reason=reason or "no reason given"), canary, **given)


@click.command()
@_order_options
@options.reason_option
def abort(canary: str | None, reason: str, **given: Any) -> None:
    """End the cycle of CANARY (the one under way) without a judgement: the old values everywhere.

    Exit 4 when there is no such canary, or when it is decided already.

    \b
    Example:
      vvtvctl canary abort --reason "the wrong build was out" --dry-run
    """  # noqa: D301 - click reads the backspace character
    _give(lambda name: ev.CanaryAborted(canary=name, reason=reason or "no reason given"), canary, **given)


def _give(
    make: Callable[[str], ev.CanaryOrder],
    canary: str | None,
    *,
    yes: bool,
    dry_run: bool,
    config: Path | None,
    state: Path,
    as_json: bool,
) -> None:
    desk = desk_of(config, state)
    cycle = _cycle(desk, canary)
    order = make(cycle.canary.id if cycle.canary else "")
    if (why := desk.refused(order)) is not None:
        raise ConflictError(why)
    effect = _effect(order, cycle)
    if dry_run:
        _tell(order, {"effect": effect, "dry_run": True}, f"would {effect}; nothing was done", as_json=as_json)
        return
    if not yes:
        confirm(effect)
    given, done = desk.order(order)
    told = {"effect": effect, "dry_run": False, "event": given.seq, "actor": given.actor, "done": done is not None}
    note = "" if done else "; no controller is running, it takes effect when one starts"
    text = f"{DONE[order.kind]} {order.canary} (event {given.seq} by {given.actor}): {effect}{note}"
    _tell(order, told, text, as_json=as_json)


def _cycle(desk: Desk, canary: str | None) -> CycleState:
    """Return the cycle whose canary is meant: `12` is `cycle-12`. Raises ConflictError when it is not under way."""
    state = desk.state()
    wanted = f"cycle-{canary}" if canary is not None and canary.isdecimal() else canary
    if state.cycle is None or state.cycle.canary is None or wanted not in (None, state.cycle.canary.id):
        named = "no canary is under way" if wanted is None else f"canary {wanted} is not under way"
        raise ConflictError(f"{named}: {under_way(state)}")
    return state.cycle


def _effect(order: ev.CanaryOrder, cycle: CycleState) -> str:
    if isinstance(order, ev.CanaryApproved):
        moves = ", ".join(move.text for move in cycle.changes)
        return f"promote {moves} to every arm"
    kept = ", ".join(f"{move.parameter} = {shown(move.old)}" for move in cycle.changes)
    end = "end the cycle without a judgement" if isinstance(order, ev.CanaryAborted) else "end it as a rollback"
    return f"{end} and keep {kept} in every arm"


def _tell(order: ev.CanaryOrder, told: dict[str, Any], text: str, *, as_json: bool) -> None:
    if as_json:
        options.print_json({"order": WORDS[order.kind], "canary": order.canary, **told})
    else:
        click.echo(text)
