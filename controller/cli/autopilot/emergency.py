"""`vvtvctl autopilot emergency-pause`: every arm on control values, now.

Its first two acts import little, so that they do not wait for the second that the rest takes to be imported.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import click

from controller.adapters.clock import Clock
from controller.cli import options
from controller.cli.change import UNSAID, Change, changing
from controller.emergency.file import Held, is_uniform, missing, read
from controller.emergency.pause import Emergency, Stopped
from controller.errors import ConfigError


@click.command("emergency-pause")
@changing(asks="terminal", reason=False)
@options.config_option
@options.state_option
def emergency_pause(change: Change, *, config: Path | None, state: Path) -> None:
    """Put every arm on control values at once, abort the cycle under way, and start nothing until `resume`.

    At a terminal it asks once, and Enter means yes; a script is never asked. It works with a controller that runs,
    hangs or is dead, survives a restart, and needs no configuration that can be read. Exit 6 or 5 when the journal or
    the live file could not be written: it says what was done and what was not.

    \b
    Example:
      vvtvctl autopilot emergency-pause --reason "error pages since the canary began"
    """  # noqa: D301 - click reads the backspace character
    emergency = Emergency(options.place(state), Clock(), options.actor(), change.reason, time.monotonic())
    if missing(emergency.place.journal) and missing(emergency.place.parameters):
        raise ConfigError(
            emergency.place.one_too_deep
            or f"{emergency.place.journal}: no journal, and no live file at {emergency.place.parameters}; no "
            "controller has run here: `--state` names the stack's folder"
        )
    if not change.goes_ahead(_effect(emergency), {"emergency": True}):
        return
    emergency = replace(emergency, began=time.monotonic())  # how long somebody thinks about it is not our time
    tell(change, emergency.stop(lambda: _in_line(config, state, emergency)))


def _effect(emergency: Emergency) -> str:
    live = read(emergency.place.parameters)
    canary = "" if live is None or is_uniform(live) else f" (canary {live.canary} loses its own)"
    return f"put every arm on control values{canary}, abort the cycle under way, and start nothing until it is resumed"


def _in_line(config: Path | None, state: Path, emergency: Emergency) -> Held:
    from controller.adapters.config_file import read_config  # noqa: PLC0415 - takes a second, see above
    from controller.emergency.line import in_line  # noqa: PLC0415 - likewise

    return in_line(read_config(options.config_path(config, state)), emergency.place, emergency.clock)


def tell(change: Change, stopped: Stopped) -> None:
    """Say what an emergency pause did and what not. Raises the error of what is not in force."""
    told = {
        "emergency": stopped.error is None,
        "effective_seconds": stopped.effective,
        "event": None if stopped.event is None else stopped.event.seq,
        "done": list(stopped.done),
        "not_done": list(stopped.undone),
    }
    after = "NOT KNOWN TO BE" if stopped.effective is None else f"after {stopped.effective:.2f} s"
    head = f"EMERGENCY PAUSE: every arm on control values {after}"
    lines = [head, *(f"  done: {text}" for text in stopped.done), *(f"  NOT done: {text}" for text in stopped.undone)]
    if stopped.error is None:
        lines += [] if change.reason == UNSAID else [f"  reason: {change.reason}"]
        lines.append('nothing starts until somebody gives `vvtvctl autopilot resume --reason "..."`')
    change.tell("\n".join(lines), told)
    if stopped.error is not None:
        raise stopped.error
