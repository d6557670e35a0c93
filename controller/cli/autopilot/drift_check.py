"""`vvtvctl autopilot drift-check`: is what was learnt still true?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from controller.adapters.answer import PrometheusError
from controller.adapters.evidence import PrometheusEvidence
from controller.adapters.prometheus import Prometheus
from controller.cli import options, tables
from controller.cli.autopilot.desk import desk_of
from controller.config.config import Config
from controller.connection import connection
from controller.cycle import plant
from controller.decide.drift.reading import Cause, Reading
from controller.duration import duration
from controller.errors import UnavailableError
from controller.journal.state import State
from controller.judging.plain import plain
from controller.view import drift as view_drift

HEAD = ("monitor", "KPI", "value", "drift is", "n", "verdict", "drift would mean")
SHOWN = 5  # of what was found before


@click.command("drift-check")
@options.config_option
@options.state_option
@options.json_option
def drift_check(config: Path | None, state: Path, *, as_json: bool) -> None:
    """Say what every drift monitor sees now, what it is held against, and what would follow. Changes nothing.

    Exit code 0: no drift. 1: drift, or a pause for drift is in force. 3: Prometheus cannot be asked for the KPIs'
    levels; what the journal knows is shown all the same.

    \b
    Examples:
      vvtvctl autopilot drift-check
      vvtvctl autopilot drift-check --json | jq '.monitors[] | select(.verdict == "drift") | .text'
    """  # noqa: D301 - click reads the backspace character
    desk = desk_of(config, state)
    desk.require_journal()
    known, now = desk.state(), desk.clock.now()
    levels, unread = _levels(desk.config, known, now)
    shown = view_drift.document(desk.config, known, levels, now) | {"unread": unread}
    if as_json:
        options.print_json(shown)
    else:
        _print(shown, now)
    if view_drift.drifted(shown):
        sys.exit(1)
    if unread is not None:
        raise UnavailableError(f"the KPIs' levels cannot be read, all else is shown: {unread}")


def _levels(config: Config, state: State, now: float) -> tuple[tuple[Reading, ...], str | None]:
    """Return what the levels say, and why they cannot be read; neither when nobody watches them."""
    if config.drift.action(Cause.PLANT) == "off":
        return (), None
    try:
        with Prometheus(connection(config)) as client:
            return plant.watched(config, state, plant.tracks(config, PrometheusEvidence(config, client), now)), None
    except PrometheusError as error:
        return (), str(error)


def _print(shown: dict[str, Any], now: float) -> None:
    out = tables.console()
    out.print(tables.table("Drift monitors", HEAD, map(_row, shown["monitors"])))
    for one in shown["monitors"]:
        if one["verdict"] in ("warning", "drift"):
            out.print(plain(f"{one['verdict']}: {one['text']}"), markup=False)
    if shown["unread"] is not None:
        out.print(plain(f"unknown: the KPIs' levels cannot be read: {shown['unread']}"), markup=False)
    unknown = [one for one in shown["monitors"] if one["verdict"] == "unknown"]
    for monitor in dict.fromkeys(one["monitor"] for one in unknown):
        texts = [one["text"] for one in unknown if one["monitor"] == monitor]
        more = f" (and {len(texts) - 1} more like it)" if len(texts) > 1 else ""
        out.print(plain(f"unknown: {texts[0]}{more}"), markup=False)
    for line in _trends(shown["trends"]):
        out.print(plain(line), markup=False)
    out.print()
    for line in _lines(shown, now):
        out.print(plain(line), markup=False)


def _trends(found: list[dict[str, Any]]) -> list[str]:
    """Return a line for every KPI whose predictions show a trend or none, and one for those with too few to say."""
    known = [f"trend: {one['text']}" for one in found if one["verdict"] != "unknown"]
    unknown = [one["text"] for one in found if one["verdict"] == "unknown"]
    more = f" (and {len(unknown) - 1} more like it)" if len(unknown) > 1 else ""
    return known + [f"trend: {text}{more}" for text in unknown[:1]]


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    figures = view_drift.value(one), view_drift.threshold(one), str(one["count"])
    return one["monitor"], one["kpi"] or "-", *figures, one["verdict"], one["then"]


def _lines(shown: dict[str, Any], now: float) -> list[str]:
    """Return what stands below the table: pauses, strikes, the way back, and what was found before."""
    lines = [] if shown["enabled"] else ["drift.enabled is false: the monitors are shown, nothing follows from them"]
    lines += [f"paused: {_pause(one, now)}" for one in shown["paused"]] or ["paused: no"]
    strikes = shown["strikes"]
    lines.append(f"strikes: {strikes}; the next pause would last {duration(shown['next_pause'])}")
    back = shown["returning"]
    lines.append(
        "room for proposals: all of it"
        if back is None
        else f"room for proposals: {back['share']:.0%} of the sliding bounds around the values in force "
        f"(stage {back['stage']} of {back['of']}, the next one {_when(back['until'], now)} if all stays well)"
    )
    for one in shown["found"][:SHOWN]:
        lines.append(f"found {tables.moment(one['at'])[:16]} UTC: {one['cause']} ({one['action']}): {one['reason']}")
    return lines


def _pause(one: dict[str, Any], now: float) -> str:
    until = "until somebody resumes it" if one["until"] is None else f"ends {_when(one['until'], now)}"
    return f"{one['text']} (since {tables.moment(one['since'])[:16]} UTC, {until})"


def _when(at: float, now: float) -> str:
    return f"{tables.moment(at)[:16]} UTC, in {duration(max(0.0, at - now))}"
