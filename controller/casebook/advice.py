"""What to do after a canary that was not promoted: one sentence per category, with numbers."""

from __future__ import annotations

import math
import re
import shlex

from controller.casebook.reading import NOISY, better, interval
from controller.casebook.record import ALERT, LAPSE, Record, Word
from controller.casebook.words import Terms, moves, number
from controller.duration import about, duration
from controller.golden.report import failed_count
from controller.journal.event import KpiLook
from exporter.parameter import shown
from exporter.seconds import DAY

SAME = 1.1  # times the planned length up to which another length is none
LONGEST = 14 * DAY  # seconds of canary beyond which nobody waits
FARTHEST = 10.0  # times the step beyond which no larger step is suggested
_ENOUGH = re.compile(r"about (\d+(?:\.\d+)?) s would do")
_HOPED = re.compile(r"at most (\d[\d.e+-]*) is expected")


def again(record: Record) -> str:
    """Return the command that tries the same change again."""
    changes = " ".join(shlex.join(("--set", f"{move.parameter}={shown(move.new)}")) for move in record.changes)
    return f'`vvtvctl autopilot run-once {changes} --reason "..."`'


def _ends(record: Record) -> tuple[float, float] | None:
    """Return where the one number that was moved stood and went; None for several moves, and for a choice."""
    if len(record.changes) != 1 or isinstance(record.changes[0].old, str) or isinstance(record.changes[0].new, str):
        return None
    return float(record.changes[0].old), float(record.changes[0].new)


def harm(record: Record, terms: Terms, item: KpiLook | None) -> str:
    """Return what to do after harm."""
    kept = ", ".join(f"{move.parameter} at {shown(move.old)}" for move in record.changes)
    ends = _ends(record)
    if item is None or ends is None:
        return f"Keep {kept}"
    half = sum(ends) / 2
    loss = terms.size(item.kpi, item.effect / 2)
    tried = f"half of it ({record.changes[0].parameter} {half:g})"
    return f"Keep {kept}; if harm grows with the step, {tried} would still cost about {loss}"


def no_effect(record: Record, terms: Terms, item: KpiLook, worth: float) -> str:
    """Return what to do when there is nothing worth having."""
    gain = better(terms.judged(item.kpi)) * item.effect
    times = worth / gain if gain > 0 else math.inf
    if (ends := _ends(record)) is not None and times <= FARTHEST:
        step = abs(ends[1] - ends[0])
        name = record.changes[0].parameter
        return (
            f"Try another parameter: going by the estimate, {name} would have to move by about {number(times * step)} "
            f"instead of {number(step)} to bring {terms.size(item.kpi, worth)}"
        )
    way = " or the other direction" if gain < 0 else ""
    return f"Try another parameter{way}: a longer canary would only show the same more precisely"


def noise(record: Record, terms: Terms, item: KpiLook, worth: float) -> str:
    """Return what to do when nothing could be told."""
    what = terms.size(item.kpi, worth)
    seconds = needed(record, terms, item, worth)
    planned = record.planned * terms.scrape
    noisy = (
        f"; first find out what made it {number(item.noise)} times as noisy as its history"
        if item.noise > NOISY
        else ""
    )
    if not math.isfinite(seconds):
        return f"Run it longer (canary.duration){noisy}"
    if seconds > LONGEST:
        return f"Try a larger step: a canary would take about {about(seconds)} to tell {what} from none{noisy}"
    if seconds <= SAME * planned:
        return f"Try it again ({again(record)}): {about(planned)} tell {what} four times out of five{noisy}"
    return (
        f"A canary of about {about(seconds)} would have told {what} (canary.duration; it was {about(planned)}){noisy}"
    )


def needed(record: Record, terms: Terms, item: KpiLook, worth: float) -> float:
    """Return the seconds of exposure that tell an effect of the size `worth` from nothing; NaN when that is not known.

    What a canary detects shrinks with the square root of its length; the noise that was seen counts on top of the
    history's. Where the journal has no detectable effect, the half width of the interval stands in for it.
    """
    if not (math.isfinite(worth) and worth > 0):
        return math.nan
    if math.isfinite(item.detectable):
        more = max(item.noise, 1.0) if math.isfinite(item.noise) else 1.0
        times = item.detectable / worth
        return record.planned * terms.scrape * more * times * times
    low, high = interval(item)
    times = (high - low) / 2 / worth
    return item.count * terms.scrape * times * times


def data(record: Record, kpi: str) -> str:
    """Return what to do when there was too little to judge by."""
    said = "; ".join((*record.reasons, record.end_reason))
    if "sample-ratio mismatch" in said:
        return (
            f"Find out why the arms' traffic shifted ({kpi or 'every KPI'}): a broken split, retries, a lost instance"
        )
    if record.holds and record.holds[-1].kind == LAPSE and record.holds[-1].end == record.decided_at:
        still = duration(record.over_at - record.holds[-1].start)
        return f"Keep a controller running: none was for {still}; then try again ({again(record)})"
    if "A/A history" in said:
        return f"Let the service run unchanged until there is enough history, then try again ({again(record)})"
    look = f"`vvtvctl metrics query {kpi}`" if kpi else "Prometheus, its targets and the service's /metrics"
    return f"Look at {look}, mend what is missing, then try again ({again(record)})"


def alert(record: Record) -> str:
    """Return what to do when an incident held it."""
    alerts = sorted({name for hold in record.holds if hold.kind == ALERT for name in hold.alerts})
    seen = record.last_seen
    points = min((item.count for item in seen.look.kpis), default=0) if seen else 0
    so_far = f"; {points} of {record.planned} points had come in" if record.started_at is not None else ""
    return f"Solve {', '.join(alerts) or 'the incident'} first, then try again ({again(record)}){so_far}"


def operator(record: Record, word: Word | None) -> str:
    """Return what to do when people ended it."""
    ask = f"Ask {word.actor} before it is tried again" if word else "Resume the autopilot before it is tried again"
    done = f"; {duration(record.exposed)} of exposure were seen" if record.exposed else ""
    return f"{ask} ({again(record)}){done}"


def validation(record: Record) -> str:
    """Return what to do when golden cases failed."""
    failed = 0 if record.golden is None else failed_count(record.golden.failures)
    cases = "the case that failed" if failed == 1 else f"the {failed} cases that failed"
    return f"Look at {cases}: either {moves(record.changes)} is wrong, or the cases are out of date"


def hoped(record: Record) -> float:
    """Return the effect that a refused canary was hoped to have, as its reason says; NaN when it does not."""
    found = _HOPED.search(record.end_reason)
    return math.nan if found is None else float(found[1])


def refused(record: Record) -> str:
    """Return what to do when a canary would not have seen its effect."""
    found = _ENOUGH.search(record.end_reason)
    power = "`vvtvctl canary power` shows what is detectable"
    if found is None:
        return f"Try a larger step: no canary that anybody would wait for sees it; {power}"
    return f"A canary of about {about(float(found[1]))} would do (canary.duration), or a larger step; {power}"
