"""`vvtvctl canary status`: the running canary, or the last one, in numbers and as a chart; `--watch` follows it."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path

import click
from rich.live import Live

from controller.cli import options, tables
from controller.cli.canary.control import desk_of
from controller.cli.canary.fitted import fitted
from controller.cli.canary.page import page
from controller.cli.narrate import sentence
from controller.desk.desk import Desk
from controller.journal import event as ev
from controller.journal.event import Event
from controller.view import canary as view_canary
from controller.view.canary import Seen

FOLLOWED = (
    *(ev.CanaryStarted, ev.CanaryLooked, ev.CanaryStepped, ev.CanaryPaused, ev.CanaryLapsed, ev.CanaryResumed),
    *(ev.CanaryAwaiting, ev.CanaryApproved, ev.CanaryRejected, ev.CanaryAborted, ev.CanaryOrderRefused),
    *(ev.Decided, ev.CycleEnded),
)


@click.command()
@click.option("--watch", is_flag=True, help="Follow it until it ends.")
@click.option("--interval", default="5s", show_default=True, help="Time between two looks at the journal.")
@options.config_option
@options.state_option
@options.json_option
def status(config: Path | None, state: Path, interval: str, *, watch: bool, as_json: bool) -> None:
    """Show the running canary, or the last one: arms, exposure, every KPI's numbers, and a chart of its looks.

    With --watch on a terminal the page is drawn anew until the canary ends, with the charts for which there is room;
    elsewhere every new look is one line.

    \b
    Examples:
      vvtvctl canary status
      vvtvctl canary status --watch --interval 2s
    """  # noqa: D301 - click reads the backspace character
    desk, seconds = desk_of(config, state), options.duration("--interval", interval)
    if watch:
        _watch(desk, seconds, as_json=as_json)
        return
    seen = view_canary.last_canary(desk.events())
    if as_json:
        options.print_json(None if seen is None else view_canary.document(desk.config, seen, desk.clock.now()))
    else:
        _print(desk, seen)


def _print(desk: Desk, seen: Seen | None) -> None:
    out = tables.console()
    out.print(page(desk.config, seen, desk.clock.now(), out))


def _watch(desk: Desk, seconds: float, *, as_json: bool) -> None:
    out = tables.console()
    if out.is_terminal and not as_json:
        with Live(console=out, auto_refresh=False) as live:
            for events, _ in _growing(desk, seconds):
                seen = view_canary.last_canary(events)
                live.update(fitted(desk.config, seen, desk.clock.now(), out), refresh=True)
        return
    for _, new in _growing(desk, seconds):
        for event in new:
            _line(event, as_json=as_json)


def _growing(desk: Desk, seconds: float) -> Iterator[tuple[list[Event], list[Event]]]:
    """Yield all events, and those that are new for this canary, until it is over; at once when none is under way."""
    events: list[Event] = []
    shown = 0
    while True:
        events.extend(desk.events(after=events[-1].seq if events else 0))
        seen = view_canary.last_canary(events)
        begun = next((e.seq for e in reversed(events) if isinstance(e.payload, ev.CanaryStarted)), math.inf)
        new = [e for e in events if e.seq > shown and e.seq >= begun and isinstance(e.payload, FOLLOWED)]
        shown = events[-1].seq if events else 0
        yield events, new
        if seen is None or seen.over:
            return
        time.sleep(seconds)


def _line(event: Event, *, as_json: bool) -> None:
    if as_json:
        if isinstance(event.payload, ev.CanaryLooked):
            click.echo(json.dumps(view_canary.look_document(event.at, event.payload), allow_nan=False))
    else:
        click.echo(f"{tables.moment(event.at)[11:]} {sentence(event)}")
