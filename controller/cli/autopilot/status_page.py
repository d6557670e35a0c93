"""What the autopilot is doing, as a page for people: first in one sentence, then in tables."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from controller.cli import tables
from controller.duration import ago, duration
from controller.judging.plain import plain
from controller.report.markdown import span

RESUME = '`vvtvctl autopilot resume --reason "..."` lets it go on'
NOBODY = " NO CONTROLLER IS RUNNING: nothing happens until one does; `vvtvctl doctor` says how to start one."


def show(shown: dict[str, Any], now: float) -> None:
    """Print a state as controller.view.status.status returns it; `now` is unix seconds."""
    out = tables.console()
    out.print(Text(plain(headline(shown, now)), "bold"))
    out.print()
    out.print(tables.table("Autopilot", ("", ""), _rows(shown, now)))
    out.print(tables.table("\nParameters in force", ("parameter", "value"), shown["values"].items()))
    cycle, canary = shown["cycle"], shown["canary"]
    if cycle and cycle["rationale"]:
        out.print(Text(f"\nProposal: {plain(cycle['rationale'])}"))
    if cycle and cycle["predicted"]:
        _predicted(out, cycle)
    if canary:
        _canary(out, canary)


def headline(shown: dict[str, Any], now: float) -> str:
    """Return in one sentence what is going on, and what to do where somebody must do something."""
    nobody = "" if shown["controller"] else NOBODY
    if shown["emergency"]:
        (pause,) = (one for one in shown["pauses"] if one["cause"] == "emergency")
        held = f"EMERGENCY PAUSE by {pause['actor']}, {ago(pause['since'], now)}: {pause['reason']}."
        return f"{held} Every arm has control values, and nothing starts; {RESUME}.{nobody}"
    if shown["pauses"]:
        what = "Its canary is held on control values" if shown["canary"] else "No cycle starts"
        return f"PAUSED: {'; '.join(_pause(one, now) for one in shown['pauses'])}. {what}; {RESUME}.{nobody}"
    if shown["incidents"]:
        alerts = ", ".join(sorted({one["alert"] for one in shown["incidents"]}))
        what = "the canary is held on control values" if shown["canary"] else "no canary begins"
        return f"INCIDENT: {alerts} fires, {what} until it is over.{nobody}"
    if shown["cycle"]:
        doing = f"Cycle {shown['cycle']['number']} is under way: {shown['phase']}{_trying(shown)}."
        return f"{doing}{_waiting(shown, now)}{nobody}"
    return f"Idle; {_next(shown['next_cycle'], now)}.{nobody}"


def _trying(shown: dict[str, Any]) -> str:
    moves = ", ".join(f"{move['parameter']} {move['old']} -> {move['new']}" for move in shown["cycle"]["changes"])
    return f", trying {moves}" if moves else ""


def _waiting(shown: dict[str, Any], now: float) -> str:
    """Return as a sentence what the phase waits for; empty when nothing keeps it from going on."""
    hold = shown["cycle"]["hold"]
    if hold is None:
        return ""
    since = tables.moment(hold["since"])
    return f" IT CANNOT GO ON since {since} UTC, and gives up at {_moment(hold['until'], now)} ({hold['reason']})."


def _moment(at: float, now: float) -> str:
    """Return a time in UTC, and in how long that is unless it is over."""
    return f"{tables.moment(at)} UTC" + (f", in {duration(at - now)}" if at > now else "")


def _pause(pause: dict[str, Any], now: float) -> str:
    whose = {
        "drift": "pause for drift",
        "emergency": f"emergency pause by {pause['actor']}",
        "operator": f"pause by {pause['actor']}",
    }[pause["cause"]]
    until = "until somebody resumes it" if pause["until"] is None else f"until {_moment(pause['until'], now)}"
    if pause["until"] is not None and pause["until"] <= now:
        until += " (its time is over)"
    return f"{whose}, {ago(pause['since'], now)}, {until}: {pause['reason']}"


def _next(planned: dict[str, Any], now: float) -> str:
    if planned["schedule"] is None:
        return "when the next cycle starts is not known here"
    if planned["at"] is None:
        return "no cycle starts by itself (schedule.cycle: never)"
    if planned["at"] <= now:
        return f"a cycle is due now ({planned['schedule']})"
    return f"the next cycle starts at {_moment(planned['at'], now)} ({planned['schedule']})"


def _planned(shown: dict[str, Any], now: float) -> str:
    """Return what stands beside `next cycle`: when, and whether something keeps it from starting."""
    text = _next(shown["next_cycle"], now).removeprefix("the next cycle starts at ")
    held = shown["next_cycle"]["at"] is not None and shown["next_cycle"]["held_by"] is not None
    return f"{text}; not while it is held" if held else text


def _rows(shown: dict[str, Any], now: float) -> list[tuple[str, str]]:
    cycle, drift, last = shown["cycle"], shown["drift"]["last"], shown["last"]
    waiting = [f"{one['what']}, wanted by {one['actor']}: {one['reason']}" for one in shown["wanted"]]
    waiting += [f"bounds of {one['parameter']}, wanted by {one['actor']}" for one in shown["bounds_wanted"]]
    if shown["requested"]:
        waiting.append(f"a cycle, wanted by {shown['requested']['actor']}: {shown['requested']['reason']}")
    rows = [
        ("controller", shown["controller"] or "none is running"),
        ("phase", shown["phase"] + (f" (cycle {cycle['number']})" if cycle else "")),
        ("paused", "; ".join(_pause(one, now) for one in shown["pauses"]) or "no"),
        ("next cycle", _planned(shown, now)),
        ("waiting", "; ".join(waiting) or "nothing"),
        ("incidents", "; ".join(f"{i['alert']}: {i['summary']}" for i in shown["incidents"]) or "none"),
        ("last drift", "none" if drift is None else f"{ago(drift['at'], now)}, {drift['cause']}: {drift['reason']}"),
        *_room(shown["drift"], now),
        *((one["job"], _job(one, now)) for one in shown["jobs"]),
        ("version", shown["version"][:12] or "none yet"),
        ("cycles", ", ".join(f"{count} {name}" for name, count in shown["outcomes"].items()) or "none yet"),
        ("last cycle", _last(last, now)),
        ("journal", f"{shown['events']} events"),
    ]
    return [(name, plain(text)) for name, text in rows]


def _last(last: dict[str, Any], now: float) -> str:
    if not last["outcome"]:
        return "none yet"
    when = "" if last["at"] is None else f" {ago(last['at'], now)}"
    return f"{last['outcome']}{when}: {last['reason'] or '-'}"


def _room(drift: dict[str, Any], now: float) -> list[tuple[str, str]]:
    """Return what proposals may use of the sliding bounds on the way back from a pause for drift, nothing after it."""
    if drift["share"] >= 1:
        return []
    more = f"more from {_moment(drift['more_room_at'], now)}, if all stays well"
    return [("room", f"{drift['share']:.0%} of the sliding bounds, on the way back from a pause for drift; {more}")]


def _job(job: dict[str, Any], now: float) -> str:
    last, wanted = job["last"], job["wanted"]
    parts = []
    if wanted is not None:
        parts.append(f"wanted by {wanted['actor']}: {wanted['reason']}")
    if last is not None:
        parts.append(f"{'done' if last['ok'] else 'FAILED'} {ago(last['at'], now)}: {last['text']}")
    if job["next_at"] is not None:
        parts.append(f"next at {_moment(job['next_at'], now)}")
    return "; ".join(parts) or "never (schedule)"


def _predicted(out: Console, cycle: dict[str, Any]) -> None:
    """Print what is predicted of the proposal, KPI by KPI."""
    chance = "" if cycle["chance"] is None else f" (chance of a promotion {cycle['chance']:.0%})"
    rows = [
        (
            item["kpi"],
            f"{item['effect']:+.3g}",
            span(item["low"], item["high"]),
            span(item["true_low"], item["true_high"]),
        )
        for item in cycle["predicted"]
    ]
    head = ("KPI", "predicted", "the canary measures (95 %)", "the effect itself (95 %)")
    out.print(tables.table(f"\nPredicted effects{chance}", head, rows))


def _canary(out: Console, canary: dict[str, Any]) -> None:
    held = "held" if canary["paused"] else "running"
    exposed = f"{canary['seconds']:g} s exposed, look {canary['looks']}: {canary['verdict']}"
    out.print(Text(f"\nCanary {canary['id']}: {held}, {exposed}"))
    rows = [
        (
            k["kpi"],
            k["role"],
            k["count"],
            *(tables.number(k[x]) for x in ("effect", "margin", "harm_needed")),
            k["reason"],
        )
        for k in canary["kpis"]
    ]
    out.print(tables.table("", ("KPI", "role", "points", "effect", "+-", "harm at", "says"), rows))
