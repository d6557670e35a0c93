"""What `vvtvctl canary power` found, for people and for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from controller.cli import tables
from controller.config.config import Config
from controller.duration import duration
from controller.model import Role
from controller.replay.noise import words
from controller.replay.planner import MOST, Need, Reach
from controller.replay.planning import Outlook, best, blind_margin

LEFT = "  "
FULL = 0.99  # of the longest canary that is thought of


@dataclass(frozen=True)
class Asked:
    """What was asked for.

    Attributes:
        config: whose KPIs.
        at: unix seconds.
        history: seconds that were read.
        left_out: points of them in which a canary ran.
        journal: whether there is a journal that knows of canaries.
    """

    config: Config
    at: float
    history: float
    left_out: int
    journal: bool


def show(asked: Asked, found: Sequence[Outlook]) -> None:
    """Print it for people."""
    out = tables.console()
    step = asked.config.prometheus.scrape_interval
    out.print(
        f"What a canary detects with 80 % probability, from {duration(asked.history)} of A/A history", style="bold"
    )
    if not asked.journal:
        out.print("no journal here: earlier canaries, if there were any, are taken for A/A history", style="dim")
    elif asked.left_out:
        out.print(f"{duration(asked.left_out * step)} of it left out: canaries ran", style="dim")
    for outlook in found:
        out.print()
        _kpi(out, outlook)
    if any(not outlook.problem for outlook in found):
        out.print("\n* as configured", style="dim")


def _kpi(out: Console, found: Outlook) -> None:
    kpi = found.judged.kpi
    out.print(Text.assemble((kpi.name, "bold"), f" ({found.judged.role}, {_good(found)})"))
    if found.problem:
        out.print(Text(f"{LEFT}cannot be planned: {found.problem}", style="yellow"), soft_wrap=True)
        return
    out.print(Text(f"{LEFT}level {tables.number(found.level)}, {found.points} points; {_noise(found)}"), soft_wrap=True)
    if found.judged.role is Role.GUARDRAIL:
        beyond = ", less than this canary detects: harm of that size may pass unseen" if blind_margin(found) else ""
        out.print(Text(f"{LEFT}margin {_sized(found.allowed, found.level)}{beyond}"), soft_wrap=True)
    _table(out, found, "after", [duration(reach.seconds) for reach in found.durations], found.durations)
    if (most := best(found)) is not found.durations[-1]:
        out.print(f"{LEFT}beyond {duration(most.seconds)} this history is too short to gain from a longer canary")
    if found.shares:
        _table(out, found, "with traffic", [f"{100 * reach.share:.3g} %" for reach in found.shares], found.shares)
    for need in found.needs:
        out.print(Text(f"{LEFT}{_needed(need, found.level)}"), soft_wrap=True)


def _good(found: Outlook) -> str:
    return {"higher": "higher is better", "lower": "lower is better", "band": "should stay"}[found.judged.kpi.direction]


def _noise(found: Outlook) -> str:
    return words(found.noise, found.span) if found.noise is not None else ""


def _table(out: Console, found: Outlook, title: str, heads: Sequence[str], reaches: Sequence[Reach]) -> None:
    columns = [f"{head}{'*' if reach.configured else ''}" for head, reach in zip(heads, reaches, strict=True)]
    effects = [tables.number(reach.effect) if math.isfinite(reach.effect) else "-" for reach in reaches]
    relative = [_percent(reach.effect, found.level) for reach in reaches]
    rows = [(f"{LEFT}detects", *effects), (f"{LEFT}of the level", *relative)]
    out.print(tables.table("", (f"{LEFT}{title}", *columns), rows))


def _percent(effect: float, level: float) -> str:
    share = _relative(effect, level)
    return "-" if share is None else f"{share:.2g} %" if share < 100 else f"{share:.0f} %"  # noqa: PLR2004 - 3 digits


def _relative(effect: float, level: float) -> float | None:
    """Return percent of the level; None without a level."""
    return 100 * effect / abs(level) if math.isfinite(effect) and math.isfinite(level) and level != 0 else None


def _sized(effect: float, level: float) -> str:
    percent = _percent(effect, level)
    return tables.number(effect) if percent == "-" else f"{tables.number(effect)} ({percent})"


def _needed(need: Need, level: float) -> str:
    size = _sized(need.effect, level)
    if need.seconds is None:
        short = "" if need.most >= MOST * FULL else ", the longest canary that this history can plan"
        return f"an effect of {size} is not detected within {duration(need.most)}{short}"
    return f"an effect of {size} needs a canary of {duration(need.seconds)}"


def document(asked: Asked, found: Sequence[Outlook]) -> dict[str, Any]:
    """Return it as plain values."""
    return {
        "service": asked.config.service,
        "at": asked.at,
        "history_seconds": asked.history,
        "left_out_points": asked.left_out,
        "journal": asked.journal,
        "planned_seconds": asked.config.policy.planned * asked.config.prometheus.scrape_interval,
        "kpis": [_plain(outlook) for outlook in found],
    }


def _plain(found: Outlook) -> dict[str, Any]:
    return {
        "kpi": found.judged.kpi.name,
        "role": str(found.judged.role),
        "points": found.points,
        "problem": found.problem or None,
        "level": found.level,
        "margin": found.allowed,
        "rule": found.noise.rule if found.noise else None,
        "noise": [{"share": part.share, "seconds": part.seconds} for part in found.noise.parts] if found.noise else [],
        "durations": [_reach(reach, found.level) for reach in found.durations],
        "shares": [_reach(reach, found.level) for reach in found.shares],
        "needs": [
            {
                "effect": need.effect,
                "seconds": need.seconds,
                "most_seconds": need.most,
                "within": need.seconds is not None,
            }
            for need in found.needs
        ],
    }


def _reach(reach: Reach, level: float) -> dict[str, Any]:
    return {
        "seconds": reach.seconds,
        "share": reach.share,
        "detectable": reach.effect,
        "percent": _relative(reach.effect, level),
        "configured": reach.configured,
    }
