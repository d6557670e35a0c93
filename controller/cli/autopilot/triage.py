"""`vvtvctl autopilot triage`: what failed, what repeats, what to change, and whether that helped before."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import click

from controller.adapters.atomic import write_atomic
from controller.adapters.github import Request
from controller.cli import options
from controller.cli.autopilot.desk import desk_of
from controller.cli.change import Change, changing
from controller.cli.say import say, say_lines
from controller.config.triage import GithubSection
from controller.connection import connection
from controller.counted import counted
from controller.desk.desk import Desk
from controller.errors import ConfigError, ConflictError, UnavailableError
from controller.journal.event import BoundsAdjustRequested
from controller.triage.analyse import triage as analyse
from controller.triage.choose import adjustments
from controller.triage.document import document
from controller.triage.done import Done
from controller.triage.job import FOLDER, Rehearsed, day, known_alerts, store, told
from controller.triage.page import page
from controller.triage.report import Report
from controller.triage.safe import NO_WIDTH
from exporter.seconds import DAY

LONGEST = 3660 * DAY


@click.command()
@click.option(
    "--window", default=None, metavar="TIME", help="The period up to now, e.g. 12h or 30d.  [default: triage.window]"
)
@click.option("--markdown", is_flag=True, help="Print Markdown: what is printed without --json.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write it to this file.")
@click.option("--apply", "adjust", is_flag=True, help="Adjust bounds whose confidence is above triage.apply_above.")
@click.option("--github", is_flag=True, help="Show what would be sent to GitHub, and send nothing.")
@click.option("--send", is_flag=True, help="Write the issues: create, comment, open again.")
@changing(reason=False)
@options.config_option
@options.state_option
def triage(
    change: Change,
    *,
    window: str | None,
    markdown: bool,
    output: Path | None,
    adjust: bool,
    github: bool,
    send: bool,
    config: Path | None,
    state: Path,
) -> None:
    """Look back on what failed: categories, patterns of three or more, what to change, and whether that helped before.

    Reads and prints, and changes nothing without --apply or --send, which need --reason. Exit 3 when GitHub cannot be
    told.

    \b
    Examples:
      vvtvctl autopilot triage
      vvtvctl autopilot triage --window 30d --output triage.md
      vvtvctl autopilot triage --github
      vvtvctl autopilot triage --apply --send --reason "weekly review" --yes
    """  # noqa: D301 - click reads the backspace character
    if markdown and change.as_json:
        raise ConfigError("give either --json or --markdown")
    if adjust or send:
        change.require_reason()
    desk = desk_of(config, state)
    desk.require_journal()
    section = desk.config.triage.github
    if (github or send) and section is None:
        raise ConfigError(
            "there is no triage.github in the configuration: which repository is meant? See docs/triage.md"
        )
    now = desk.clock.now()
    looked = _Looked.at(
        desk,
        now,
        desk.config.triage.window if window is None else options.duration("--window", window, longest=LONGEST),
    )
    asked = looked.requests() if adjust else ()
    planned = told(section, looked.report, now, dry_run=True) if github or send else Rehearsed((), "")
    if adjust or send:
        _act(change, looked, asked, planned, adjust=adjust, send=send, output=output)
        return
    done = Done(told=planned.told, trouble=planned.trouble)
    _show(change, looked.report, done, output)
    if github and not change.as_json:
        say_lines(_requests(section, planned.sent))


@dataclass(frozen=True)
class _Looked:
    """A report, with the desk at which it was made."""

    desk: Desk
    now: float
    report: Report

    @classmethod
    def at(cls, desk: Desk, now: float, window: float) -> _Looked:
        """Make the report."""
        spans, notes = known_alerts(desk.config, connection(desk.config), now, window)
        state, events = desk.kept(), desk.events()
        report = analyse(desk.config, events, now, state=state, window=window, spans=spans, notes=notes)
        return cls(desk, now, report)

    def requests(self) -> tuple[BoundsAdjustRequested, ...]:
        """Return the adjustments that are sure enough."""
        return adjustments(self.report, self.desk.config, self.desk.state(), day(self.now))


def _act(
    change: Change,
    looked: _Looked,
    asked: tuple[BoundsAdjustRequested, ...],
    planned: Rehearsed,
    *,
    adjust: bool,
    send: bool,
    output: Path | None,
) -> None:
    desk, section = looked.desk, looked.desk.config.triage.github
    effects = [f"bound {one.parameter} to [{one.low:.6g}, {one.high:.6g}]" for one in asked]
    if send and planned.trouble:
        raise UnavailableError(f"{planned.trouble}; nothing was done")
    writes = [one for one in planned.told if one.action.startswith("would ")]
    if writes and section is not None:
        effects.append(
            f"write to {section.repository}: {', '.join(f'{one.action[6:]} {one.text!r}' for one in writes)}"
        )
    if not effects:
        done = Done(told=planned.told)
        _show(change, looked.report, done, output)
        parts = ["no bounds are sure enough, or they were asked for before"] if adjust else []
        parts += [("GitHub knows all" if done.whole else done.line)] if send else []
        say(f"nothing to do: {'; '.join(parts)}", err=True)
        if not done.whole:
            sys.exit(UnavailableError.exit_code)
        return
    if not change.goes_ahead("; ".join(effects), document(looked.report, Done(asked, planned.told))):
        return
    carried = tuple(one for one in asked if _adjusted(desk, one, change.reason))
    found = told(section, looked.report, looked.now, dry_run=False) if send else Rehearsed((), "")
    report = replace(looked.report, notes=(*looked.report.notes, f"acted on by {desk.actor}: {change.reason}"))
    done = Done(carried, found.told, found.trouble)
    path = store(desk.place.state / FOLDER, report, done)
    _show(change, report, done, output)
    say(f"{path}: {done.line or 'nothing was done'}", err=True)
    if not done.whole or len(carried) < len(asked):
        sys.exit(ConflictError.exit_code if done.whole else UnavailableError.exit_code)


def _adjusted(desk: Desk, request: BoundsAdjustRequested, reason: str) -> bool:
    """Ask for other bounds; say it and return False when they cannot be any more."""
    try:
        ends = (request.low, request.high)
        desk.adjust_bounds(desk.plan_bounds(request.parameter, ends, f"{request.reason}; {reason}"))
    except (ConfigError, ConflictError, UnavailableError) as error:
        say(f"{request.parameter}: {error}", err=True)
        return False
    return True


def _show(change: Change, report: Report, done: Done, output: Path | None) -> None:
    shown = json.dumps(document(report, done), indent=2) + "\n" if change.as_json else page(report, done)
    if output is None:
        say_lines(shown, nl=False, keep=NO_WIDTH)
        return
    write_atomic(output, shown.encode("utf-8", "replace"))
    say(f"{output}: {report.line}")


def _requests(section: GithubSection | None, sent: tuple[Request, ...]) -> str:
    """Return what would be sent, request by request."""
    if section is None or not sent:
        return "\nNothing would be sent to GitHub."
    head = f"\n{counted(len(sent), 'request')} would be sent to {section.url}:"
    texts = (f"{one.method} {one.path}\n{json.dumps(one.content, indent=2)}" for one in sent)
    return "\n\n".join((head, *texts))
