"""What `vvtvctl canary replay` found, for people."""

from __future__ import annotations

import math
from textwrap import shorten

from rich.console import Console
from rich.text import Text

from controller.cli import tables
from controller.counted import counted
from controller.duration import duration
from controller.model import Verdict
from controller.replay.result import Result
from controller.replay.run import Replayed
from controller.replay.tally import Agreement, Share, Tally

WHY = 100  # characters of what another tool says
SHOWN = 30  # decided placebo canaries in the table; the JSON has them all


def show(result: Result) -> None:
    """Print it for people."""
    out = tables.console()
    for kpi, arms in result.absent.items():
        out.print(Text(f"{kpi}: no sample of {' and '.join(arms)} in the whole range", style="yellow"))
    if result.placebo:
        _placebo(out, result)
    else:
        _real(out, result)
    if (found := result.agreement) is not None and result.placebo:
        out.print()
        out.print(Text(_agreed(found)), soft_wrap=True)


def _placebo(out: Console, result: Result) -> None:
    step = result.config.prometheus.scrape_interval
    length = max(one.planned for one in result.policies) * step
    out.print(
        f"{len(result.answers[0])} placebo canaries of {duration(length)}, one every {duration(result.every)}, each "
        f"with the {duration(result.config.canary.history)} before it",
        style="bold",
    )
    if not result.journal:
        out.print("no journal here: canaries that really ran, if any did, are judged as placebo", style="dim")
    elif result.left_out:
        out.print(f"{result.left_out} more left out: a canary ran", style="dim")
    if result.every < length:
        out.print("they overlap, so they are fewer than they seem: the intervals are too narrow", style="yellow")
    for found in result.tallies:
        out.print(Text(sentence(result, found)), soft_wrap=True)
    rows = [_row(result, found) for found in result.tallies]
    heads = ("policy", "rolled back", "promoted", "no decision", "blind", "false", "95 % interval", "median time")
    made = tables.table("", heads, rows)
    made.columns[0].no_wrap = True  # a policy's name is typed as it stands
    out.print(made)
    _wrong(out, result)


def sentence(result: Result, found: Tally) -> str:
    """Return a policy's errors in words."""
    over = (
        f"your last {duration(result.window.seconds)}" if result.recent else f"these {duration(result.window.seconds)}"
    )
    alarms = f"{counted(found.alarms.count, 'false alarm')} ({_rate(found.alarms)})"
    count = found.promotions.count
    wrong = f"{counted(count, 'false promotion')} ({_rate(found.promotions)})"
    told = wrong if found.seeks_benefit else counted(count, "promotion")
    note = "" if found.seeks_benefit else "; it promotes whatever does no harm, so a promotion is no error"
    windows = f"{found.alarms.of} windows{note}"
    return f"{found.policy}: on {over} this policy would have raised {alarms} and {told} in {windows}"


def _rate(share: Share) -> str:
    low, high = share.interval
    return "-" if math.isnan(low) else f"{100 * share.rate:.1f} %, 95 % interval {100 * low:.1f} to {100 * high:.1f} %"


def _row(result: Result, found: Tally) -> tuple[object, ...]:
    low, high = found.wrong.interval
    count = found.verdicts
    return (
        found.policy,
        count[Verdict.ROLLBACK],
        count[Verdict.PROCEED],
        count[Verdict.INCONCLUSIVE] + count[Verdict.UNDECIDED],
        count[Verdict.BLIND],
        "-" if math.isnan(low) else f"{100 * found.wrong.rate:.1f} %",
        "-" if math.isnan(low) else f"{100 * low:.1f} to {100 * high:.1f} %",
        None if found.points is None else duration(found.points * result.config.prometheus.scrape_interval),
    )


def _wrong(out: Console, result: Result) -> None:
    """Print the placebo canaries that were decided wrongly."""
    found = sorted(result.false, key=lambda answer: answer.start)
    if not found:
        return
    several = len(result.policies) > 1
    rows = [
        (
            tables.moment(answer.start),
            *((answer.policy,) if several else ()),
            answer.outcome.verdict,
            _after(result, answer),
            answer.kpi or None,
            answer.outcome.reasons[0].removeprefix(f"{answer.kpi}: ")
            if answer.kpi
            else shorten(_why(answer), WHY, placeholder=" ..."),
        )
        for answer in found[:SHOWN]
    ]
    heads = ("start (UTC)", *(("policy",) if several else ()), "verdict", "after", "KPI", "why")
    out.print(tables.table("\nDecided although nothing was changed", heads, rows))
    if len(found) > SHOWN:
        out.print(f"... and {len(found) - SHOWN} more, see --json", style="dim")


def _after(result: Result, answer: Replayed) -> str | None:
    return None if answer.points is None else duration(answer.points * result.config.prometheus.scrape_interval)


def _agreed(found: Agreement) -> str:
    text = (
        f"{found.first} and {found.second}: the same verdict on {found.same.count} of {found.same.of} canaries, "
        f"alike about a rollback on {found.alarm.count}"
    )
    pairs = ", ".join(f"{count} x {first} against {second}" for first, second, count in found.differing)
    return f"{text}; {pairs}" if pairs else text


def _real(out: Console, result: Result) -> None:
    name = f"canary {result.ran.name}, " if result.ran else ""
    begin, end = tables.moment(result.window.start), tables.moment(result.window.end)
    out.print(f"{name}{begin} to {end} UTC", style="bold")
    if result.ran is not None and result.ran.verdict:
        out.print(Text(f"the journal: {result.ran.verdict}: {'; '.join(result.ran.reasons)}"), soft_wrap=True)
    answers = [one[0] for one in result.answers]
    rows = [
        (answer.policy, answer.outcome.verdict, tables.moment(answer.at), _after(result, answer), _why(answer))
        for answer in answers
    ]
    out.print(tables.table("", ("policy", "verdict", "at (UTC)", "after", "why"), rows))
    for answer in answers:
        numbers = [metric for metric in answer.outcome.metrics if math.isfinite(metric.estimate)]
        lines = [
            (metric.name, *(tables.number(x + 0.0) for x in (metric.estimate, metric.low, metric.high)), metric.n)
            for metric in numbers
        ]
        if lines:
            out.print(tables.table(f"\n{answer.policy}", ("KPI", "effect", "low", "high", "points"), lines))


def _why(answer: Replayed) -> str:
    return "; ".join(answer.outcome.reasons) or "-"


def nothing(result: Result) -> str:
    """Return why nothing could be judged."""
    if result.answers and result.answers[0]:
        return f"nothing could be judged: {_why(result.answers[0][-1])}"
    length = duration(max(one.planned for one in result.policies) * result.config.prometheus.scrape_interval)
    taken = f", and {result.left_out} windows had a canary in them" if result.left_out else ""
    return f"nothing to judge: no placebo canary of {length} fits into {duration(result.window.seconds)}{taken}"
