"""`vvtvctl autopilot pause|resume|rollback`: an operator's word on the autopilot."""

from __future__ import annotations

from pathlib import Path

import click

from controller import desk as desk_
from controller.cli import options
from controller.cli.autopilot.given import desk_of
from controller.desk import Desk
from exporter.parameter import shown


@click.command()
@click.argument("version")
@options.reason_option
@options.config_option
@options.state_option
@options.json_option
def rollback(version: str, reason: str, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Bring the values of VERSION (from `history`, at least six digits) back into force.

    A cycle that is under way is aborted first.

    \b
    Example:
      vvtvctl autopilot rollback 3f2a9c --reason "completion fell at noon"
    """  # noqa: D301 - click reads the backspace character
    done = desk_of(config, state).rollback(version, reason or "asked for by an operator")
    if as_json:
        options.print_json(done.model_dump())
        return
    values = ", ".join(f"{name}={shown(value)}" for name, value in done.values.items())
    click.echo(f"in force: {values} (version {done.version[:12]}; {done.reason})")


@click.command()
@options.reason_option
@options.config_option
@options.state_option
@options.json_option
def pause(reason: str, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Stop changing anything: a running canary is held on control values, no cycle starts.

    \b
    Example:
      vvtvctl autopilot pause --reason "release day"
    """  # noqa: D301 - click reads the backspace character
    _say(desk_of(config, state), desk_.paused(reason or "no reason given"), as_json=as_json)


@click.command()
@options.reason_option
@options.config_option
@options.state_option
@options.json_option
def resume(reason: str, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Go on after a pause.

    \b
    Example:
      vvtvctl autopilot resume
    """  # noqa: D301 - click reads the backspace character
    _say(desk_of(config, state), desk_.resumed(reason), as_json=as_json)


def _say(desk: Desk, payload: desk_.PauseOrResume, *, as_json: bool) -> None:
    desk.require_journal()
    event = desk.submit(payload)
    paused = payload.kind == "pause_requested"
    if as_json:
        options.print_json({"paused": paused, "event": event.seq, "actor": event.actor})
        return
    note = "" if desk.holder() else "; no controller is running, it takes effect when one starts"
    click.echo(f"{'paused' if paused else 'resumed'} (event {event.seq} by {event.actor}){note}")
