"""`vvtvctl autopilot history compact`: compress what is old now, instead of waiting for the schedule."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from controller.cli import options
from controller.cli.autopilot.history.reader import reader
from controller.cli.change import Change, changing
from controller.desk.desk import Desk
from controller.errors import AutopilotError
from controller.history.follow import UPKEEP
from controller.history.upkeep import planned, upkeep
from controller.journal import event as ev
from controller.journal.event import Event
from controller.journal.snapshot import current
from controller.journal.store import Journal
from controller.live_store import live_store
from controller.ports import JobResult
from controller.who import writer_id


@click.command()
@changing()
@options.config_option
@options.state_option
def compact(change: Change, *, config: Path | None, state: Path) -> None:
    """Compress versions older than `history.keep`, and remove archives older than `history.archive`, now.

    What the job `upkeep` does every day. Compressed versions are listed, shown and rolled back to like any other.
    A running controller does it, after the cycle under way; without one it is done here.

    \b
    Examples:
      vvtvctl autopilot history compact --reason "the disk is small" --dry-run
      vvtvctl autopilot history compact --reason "the disk is small" --yes
    """  # noqa: D301 - click reads the backspace character
    with reader(config, state) as found:
        desk, folded = found.desk, current(found.journal)
        plan = planned(
            desk.place.history,
            found.journal,
            desk.config.history,
            state=folded,
            live=found.live or None,
            now=desk.clock.now(),
        )
    told: dict[str, Any] = {"versions": plan.files, "days": len(plan.days), "archives_removed": len(plan.removed)}
    if not change.goes_ahead(plan.text, told):
        return
    if desk.holder() is None:
        result = _do(desk, change.reason)
    elif folded.cycle is not None:
        seq = desk.submit(ev.JobRequested(job=UPKEEP, reason=change.reason)).seq
        text = f"asked for (event {seq}): the controller does it when cycle {folded.cycle.number} is over"
        change.tell(text, {**told, "done": False, "event": seq})
        return
    else:
        done = desk.ask(ev.JobRequested(job=UPKEEP, reason=change.reason), _answer)
        result = JobResult(done.ok, done.text, done.details)
    change.tell(result.text, {**told, **result.details, "done": True, "text": result.text})
    if not result.ok:
        sys.exit(AutopilotError.exit_code)


def _do(desk: Desk, reason: str) -> JobResult:
    """Do it here, with the journal saying who wanted it and how it ended."""
    with Journal(desk.place.journal, writer_id()) as journal:
        journal.submit(ev.JobRequested(job=UPKEEP, reason=reason), at=desk.clock.now(), actor=desk.actor)
        live = live_store(desk.config, desk.place).current()
        result = upkeep(
            desk.place.history,
            journal,
            desk.config.history,
            state=current(journal),
            live=None if live is None else live.version,
            now=desk.clock.now(),
        )
        details = dict(result.details)
        done = ev.JobDone(job=UPKEEP, trigger="operator", ok=result.ok, text=result.text, details=details)
        journal.submit(done, at=desk.clock.now(), actor=desk.actor)
    return result


def _answer(seq: int) -> Callable[[Event], ev.JobDone | None]:
    """Return what answers the request: the end of the job, run for an operator after it."""

    def heard(event: Event) -> ev.JobDone | None:
        payload = event.payload
        mine = isinstance(payload, ev.JobDone) and payload.job == UPKEEP and payload.trigger == "operator"
        return payload if mine and event.seq > seq and isinstance(payload, ev.JobDone) else None

    return heard
