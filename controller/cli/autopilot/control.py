"""`vvtvctl autopilot pause|resume`: an operator's word on whether the autopilot goes on."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli import options
from controller.cli.autopilot.desk import WAITS, desk_of
from controller.cli.change import Change, changing
from controller.desk.desk import Desk
from exporter.seconds import DAY

LONGEST = 365 * DAY


@click.command()
@click.option("--for", "lasting", metavar="TIME", help="End by itself after this time, e.g. 90m, 2h or 7d.")
@changing(asks="terminal")
@options.config_option
@options.state_option
def pause(change: Change, *, lasting: str | None, config: Path | None, state: Path) -> None:
    """Stop changing anything: a running canary is held on control values, no cycle starts.

    What is held goes on where it stopped, after `resume` or when the time is over. In a script it never asks.

    \b
    Examples:
      vvtvctl autopilot pause --reason "release day"
      vvtvctl autopilot pause --for 2h --reason "load test" --yes
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    seconds = None if lasting is None else options.duration("--for", lasting, longest=LONGEST)
    plan = desk.plan_pause(change.reason, seconds)
    told = {"paused": True, "until": getattr(plan.request, "until", None)}
    if not change.goes_ahead(plan.effect, told):
        return
    event = desk.submit(plan.request)
    text = f"paused (event {event.seq} by {event.actor}): will {plan.effect}{_note(desk)}"
    change.tell(text, {**told, "event": event.seq, "actor": event.actor})


@click.command()
@changing()
@options.config_option
@options.state_option
def resume(change: Change, *, config: Path | None, state: Path) -> None:
    """Go on after a pause: an operator's, an emergency's and one for drift; every one of them ends.

    A canary that was held goes on where it stopped; one that an emergency aborted does not come back.

    \b
    Example:
      vvtvctl autopilot resume --reason "the release is out"
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    plan = desk.plan_resume(change.reason)
    if plan is None:
        change.tell("nothing is paused; nothing was done", {"paused": False, "event": None, "actor": desk.actor})
        return
    told = {"paused": False}
    if not change.goes_ahead(plan.effect, told):
        return
    event = desk.submit(plan.request)
    ended = plan.effect.replace("end every pause", "every pause is over", 1)
    text = f"resumed (event {event.seq} by {event.actor}): {ended}{_note(desk)}"
    change.tell(text, {**told, "event": event.seq, "actor": event.actor})


def _note(desk: Desk) -> str:
    return "" if desk.holder() else WAITS
