"""`vvtvctl canary pause|resume|approve|reject|abort`: an operator's word on the canary that is under way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from controller.cli import options
from controller.cli.alias import alias
from controller.cli.autopilot import control
from controller.cli.autopilot.desk import WAITS
from controller.cli.autopilot.desk import desk_of as any_desk
from controller.cli.change import Change, changing
from controller.cycle.orders import DONE, WORDS, under_way
from controller.desk.desk import Desk
from controller.errors import ConflictError
from controller.journal import event as ev
from controller.journal.state import CycleState
from exporter.parameter import shown

Make = Callable[[str], ev.CanaryOrder]


def desk_of(config: Path | None, state: Path) -> Desk:
    """Return the desk of a stack on which a controller has run. Raises ConfigError."""
    desk = any_desk(config, state)
    desk.require_journal()
    return desk


pause = alias(
    control.pause,
    "pause",
    """Hold the running canary on control values, and start no cycle: what `vvtvctl autopilot pause` does.

    \b
    Example:
      vvtvctl canary pause --reason "release day"
    """,
)

resume = alias(
    control.resume,
    "resume",
    """Let a canary that was held go on where it stopped: what `vvtvctl autopilot resume` does.

    \b
    Example:
      vvtvctl canary resume --reason "the release is out"
    """,
)


@click.command()
@click.argument("canary", required=False)
@changing()
@click.option("--force", is_flag=True, help="Also while a critical incident is open.")
@options.config_option
@options.state_option
def approve(change: Change, canary: str | None, *, force: bool, config: Path | None, state: Path) -> None:
    """Promote CANARY (the one under way) although its evidence has not, or not yet, said so.

    Exit 4 when there is no such canary, when it is decided already, or while an incident is open.

    \b
    Example:
      vvtvctl canary approve --reason "the campaign needs it, the guardrails are fine"
    """  # noqa: D301 - click reads the backspace character
    _give(
        change,
        desk_of(config, state),
        canary,
        lambda name: ev.CanaryApproved(canary=name, reason=change.reason, force=force),
    )


@click.command()
@click.argument("canary", required=False)
@changing()
@options.config_option
@options.state_option
def reject(change: Change, canary: str | None, *, config: Path | None, state: Path) -> None:
    """End CANARY (the one under way) as a rollback: the old values everywhere.

    Exit 4 when there is no such canary, or when it is decided already.

    \b
    Example:
      vvtvctl canary reject cycle-12 --reason "support hears complaints" --yes
    """  # noqa: D301 - click reads the backspace character
    _give(change, desk_of(config, state), canary, lambda name: ev.CanaryRejected(canary=name, reason=change.reason))


@click.command()
@click.argument("canary", required=False)
@changing()
@options.config_option
@options.state_option
def abort(change: Change, canary: str | None, *, config: Path | None, state: Path) -> None:
    """End the cycle of CANARY (the one under way) without a judgement: the old values everywhere.

    Exit 4 when there is no such canary, or when it is decided already.

    \b
    Example:
      vvtvctl canary abort --reason "the wrong build was out" --dry-run
    """  # noqa: D301 - click reads the backspace character
    _give(change, desk_of(config, state), canary, lambda name: ev.CanaryAborted(canary=name, reason=change.reason))


def _give(change: Change, desk: Desk, canary: str | None, make: Make) -> None:
    cycle = _cycle(desk, canary)
    order = make(cycle.canary.id if cycle.canary else "")
    if (why := desk.refused(order)) is not None:
        raise ConflictError(why)
    effect, told = _effect(order, cycle), {"order": WORDS[order.kind], "canary": order.canary}
    if not change.goes_ahead(effect, told):
        return
    event, done = desk.order(order)
    note = "" if done else WAITS
    text = f"{DONE[order.kind]} {order.canary} (event {event.seq} by {event.actor}): {effect}{note}"
    change.tell(text, {**told, "effect": effect, "event": event.seq, "actor": event.actor, "done": done is not None})


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
