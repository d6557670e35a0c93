"""`vvtvctl autopilot schedule run`: a cycle or a job now, whatever its schedule says."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from controller.cli import options
from controller.cli.autopilot.desk import desk_of, narrator
from controller.cli.change import Change, changing
from controller.config.schedule import CYCLE, SCHEDULED
from controller.cycle.orders import under_way
from controller.desk.ask import Answered
from controller.desk.desk import Desk
from controller.desk.plan import Plan
from controller.journal import event as ev
from controller.journal.event import Event

FAILED = 1
NOT_PROMOTED = 7


@click.command()
@click.argument("name", type=click.Choice(SCHEDULED))
@click.option("--no-wait", is_flag=True, help="Ask for it, and do not wait for its end.")
@changing()
@options.config_option
@options.state_option
def run(change: Change, name: str, *, no_wait: bool, config: Path | None, state: Path) -> None:
    """Run NAME (cycle, triage or upkeep) now, and wait for its end; its planned moments stay as they are.

    A job waits until a cycle that is under way has ended. A running controller is asked to do it; without one, this
    command does it itself. Exit 0 when it went well, 1 when a job failed, 7 when a cycle ended without a promotion.

    \b
    Examples:
      vvtvctl autopilot schedule run triage --reason "after the incident"
      vvtvctl autopilot schedule run cycle --reason "new build" --no-wait --yes
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    plan = desk.plan_cycle(None, change.reason) if name == CYCLE else _plan(desk, name, change.reason)
    if not change.goes_ahead(plan.effect, {"name": name}):
        return
    if no_wait:
        given = desk.submit(plan.request)
        note = "" if desk.holder() else "; no controller is running, it begins when one starts"
        text = f"asked for {name} (event {given.seq} by {given.actor}){note}"
        change.tell(text, {"name": name, "event": given.seq, "done": False})
        return
    tell = narrator(as_json=change.as_json)
    if name == CYCLE:
        end = desk.carry_out_cycle(plan, tell)
        text = f"cycle {end.cycle} ended as {end.outcome}"
        change.tell(text, {"name": name, "cycle": end.cycle, "outcome": end.outcome, "reason": end.reason})
        sys.exit(0 if end.outcome == "promoted" else NOT_PROMOTED)
    done = desk.ask(plan.request, lambda _seq: _answers(name), tell, patience=None)
    told = {"name": name, "ok": done.ok, "text": done.text, "details": done.details}
    change.tell(f"{name} ended {'well' if done.ok else 'badly'}", told)
    sys.exit(0 if done.ok else FAILED)


def _plan(desk: Desk, name: str, reason: str) -> Plan:
    """Return what running a job would do."""
    state = desk.state()
    after = "" if state.cycle is None else f", once the cycle under way is over ({under_way(state)})"
    return Plan(f"run {name} now{after}", ev.JobRequested(job=name, reason=reason))


def _answers(name: str) -> Answered[ev.JobDone]:
    """Return what answers a request for a job: its next end that is not its schedule's."""

    def heard(event: Event) -> ev.JobDone | None:
        payload = event.payload
        if isinstance(payload, ev.JobDone) and payload.job == name and payload.trigger == "operator":
            return payload
        return None

    return heard
