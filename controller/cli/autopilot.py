"""`vvtvctl autopilot`: start a cycle, see what is going on, stop it, and unwind it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from controller import desk as desk_
from controller import view
from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.adapters.history import History, Version
from controller.cli import options, tables
from controller.cli.narrate import sentence
from controller.desk import Desk
from controller.errors import ConfigError
from controller.journal.event import Event
from exporter import names

NOT_PROMOTED = 7


@click.group()
def autopilot() -> None:
    """Start, watch, stop and unwind the autopilot."""


def _desk(config: Path | None, state: Path) -> Desk:
    return Desk(read_config(options.config_path(config, state)), options.place(state), Clock(), options.actor())


def _assignments(pairs: tuple[str, ...]) -> dict[str, float] | None:
    found: dict[str, float] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise ConfigError(f"--set {pair!r}: write it as name=number, for example --set batch_size=20")
    return found or None


@autopilot.command("run-once")
@click.option("--set", "forced", multiple=True, metavar="NAME=VALUE", help="Canary this change instead of a proposal.")
@options.reason_option
@options.config_option
@options.state_option
@options.json_option
def run_once(forced: tuple[str, ...], reason: str, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Run one cycle now and wait for its end; exit 0 when the change was promoted, 7 when it was not.

    A running controller is asked to do it; without one, this command runs the cycle itself.

    \b
    Examples:
      vvtvctl autopilot run-once
      vvtvctl autopilot run-once --set temperature=0.8 --reason "try what the team suggests"
    """  # noqa: D301 - click reads the backspace character
    desk = _desk(config, state)
    out = tables.console(stderr=as_json)

    def tell(event: Event) -> None:
        if text := sentence(event):
            out.print(f"[dim]{tables.moment(event.at)[11:]}[/dim] {escape(text)}")

    end = desk.cycle(_assignments(forced), reason, tell)
    if as_json:
        options.print_json({"cycle": end.cycle, "outcome": end.outcome, "reason": end.reason})
    sys.exit(0 if end.outcome == "promoted" else NOT_PROMOTED)


@autopilot.command()
@options.state_option
@options.config_option
@options.json_option
def status(state: Path, config: Path | None, *, as_json: bool) -> None:
    """Say what the autopilot is doing, which values are in force, and what holds it.

    \b
    Example:
      vvtvctl autopilot status --json
    """  # noqa: D301 - click reads the backspace character
    desk = _desk(config, state)
    desk.require_journal()
    shown = view.status(desk.state(), holder=desk.holder(), now=desk.clock.now())
    if as_json:
        options.print_json(shown)
        return
    _print_status(shown)


def _print_status(shown: dict[str, Any]) -> None:
    out = tables.console()
    cycle, canary = shown["cycle"], shown["canary"]
    rows = [
        ("controller", shown["controller"] or "none is running"),
        ("phase", shown["phase"] + (f" (cycle {cycle['number']})" if cycle else "")),
        ("paused", shown["paused"] or "no"),
        ("incidents", "; ".join(f"{i['alert']}: {i['summary']}" for i in shown["incidents"]) or "none"),
        ("version", shown["version"][:12] or "none yet"),
        ("cycles", ", ".join(f"{count} {name}" for name, count in shown["outcomes"].items()) or "none yet"),
        ("last cycle", f"{shown['last']['outcome'] or '-'}: {shown['last']['reason'] or '-'}"),
        ("journal", f"{shown['events']} events"),
    ]
    out.print(tables.table("Autopilot", ("", ""), rows))
    out.print(tables.table("\nParameters in force", ("parameter", "value"), shown["values"].items()))
    if cycle and cycle["rationale"]:
        out.print(f"\nProposal: {escape(cycle['rationale'])}")
    if canary:
        held = "held" if canary["paused"] else "running"
        out.print(
            f"\nCanary {canary['id']}: {held}, {canary['seconds']:g} s exposed, "
            f"look {canary['looks']}: {canary['verdict']}"
        )
        rows_ = [
            (
                k["kpi"],
                k["role"],
                k["count"],
                *(tables.number(k[x]) for x in ("effect", "margin", "harm_needed")),
                k["reason"],
            )
            for k in canary["kpis"]
        ]
        out.print(tables.table("", ("KPI", "role", "points", "effect", "+-", "harm at", "says"), rows_))


@autopilot.command()
@click.option("--limit", default=20, show_default=True, help="How many of the newest to show.")
@options.state_option
@options.config_option
@options.json_option
def history(limit: int, state: Path, config: Path | None, *, as_json: bool) -> None:
    """List the versions of the parameters, newest first.

    \b
    Example:
      vvtvctl autopilot history --limit 5
    """  # noqa: D301 - click reads the backspace character
    desk = _desk(config, state)
    desk.require_journal()
    live = desk.state().version
    versions = History(desk.place.history).list()[::-1][:limit]
    if as_json:
        options.print_json(
            [
                {
                    "version": v.version,
                    "at": v.written_at,
                    "live": v.version == live,
                    "canary": v.canary,
                    "values": v.values,
                    "arms": v.arms,
                    "note": v.note,
                }
                for v in versions
            ]
        )
        return
    rows = [
        (
            v.version[:12] + (" *" if v.version == live else ""),
            tables.moment(v.written_at),
            v.canary or "",
            _values(v),
            v.note,
        )
        for v in versions
    ]
    title = "Versions, newest first (* is in force)"
    tables.console().print(tables.table(title, ("version", "first in force", "canary", "values", "why"), rows))


def _values(version: Version) -> str:
    """Return the values that every arm has, and what a canary has instead."""
    texts = []
    for name, value in version.values.items():
        tried = version.arms[names.CANARY][name]
        texts.append(f"{name}={value:g}" + (f" (canary {tried:g})" if tried != value else ""))
    return ", ".join(texts)


@autopilot.command()
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
    done = _desk(config, state).rollback(version, reason or "asked for by an operator")
    if as_json:
        options.print_json(done.model_dump())
        return
    values = ", ".join(f"{name}={value:g}" for name, value in done.values.items())
    click.echo(f"in force: {values} (version {done.version[:12]}; {done.reason})")


@autopilot.command()
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
    _say(_desk(config, state), desk_.paused(reason or "no reason given"), as_json=as_json)


@autopilot.command()
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
    _say(_desk(config, state), desk_.resumed(reason), as_json=as_json)


def _say(desk: Desk, payload: desk_.PauseOrResume, *, as_json: bool) -> None:
    desk.require_journal()
    event = desk.submit(payload)
    paused = payload.kind == "pause_requested"
    if as_json:
        options.print_json({"paused": paused, "event": event.seq, "actor": event.actor})
        return
    note = "" if desk.holder() else "; no controller is running, it takes effect when one starts"
    click.echo(f"{'paused' if paused else 'resumed'} (event {event.seq} by {event.actor}){note}")


@autopilot.command()
@options.config_option
@options.state_option
@options.json_option
def verify(config: Path | None, state: Path, *, as_json: bool) -> None:
    """Check that nothing that is stored was altered: the journal's chain, history, and the live file.

    \b
    Example:
      vvtvctl autopilot verify && echo sound
    """  # noqa: D301 - click reads the backspace character
    found = _desk(config, state).verify()
    if as_json:
        options.print_json(found)
        return
    click.echo(
        f"sound: {found['events']} events in one unbroken chain, {found['versions']} versions in history, "
        f"live parameters are version {found['live'][:12]}"
    )
