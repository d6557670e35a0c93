"""The chain as a story for people, newest first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from controller.counted import counted
from controller.judging.plain import plain
from controller.moment import moment
from controller.why.link import Attempt, Evidence, Link
from exporter.parameter import shown


def story(parameter: str, links: Sequence[Link], depth: int) -> Iterator[str]:
    """Yield the lines of the newest `depth` links, and how many more there are; what others wrote is made harmless."""
    yield from (plain(line) for line in _lines(parameter, links, depth))


def _lines(parameter: str, links: Sequence[Link], depth: int) -> Iterator[str]:
    newest = links[0]
    yield f"{parameter} is {shown(newest.new)} since {moment(newest.at)} UTC: {_how(newest)}."
    for link in links[:depth]:
        yield ""
        yield from _link(link)
    if len(links) > depth:
        older = len(links) - depth
        yield ""
        yield f"{counted(older, 'older value')}, back to {moment(links[-1].at)} UTC: --depth {len(links)}"


def _how(link: Link) -> str:
    match link.how:
        case "adopted":
            return f"adopted from the {link.reason}"
        case "promoted":
            cycle = link.attempt.cycle if link.attempt is not None else ""
            return f"promoted by cycle {cycle}".rstrip()
        case "rolled_back":
            return f"an earlier version brought back by {link.actor}"
        case _:
            return f"deployed without a canary by {link.actor}"


def _link(link: Link) -> Iterator[str]:
    move = shown(link.new) if link.old is None else f"{shown(link.old)} -> {shown(link.new)}"
    yield f"{moment(link.at)}  {move}  {_how(link)} (version {link.version[:12]})"
    if link.how in ("rolled_back", "deployed"):
        yield f"    why: {link.reason}"
    if link.forced:
        yield f"    FORCED by {link.actor}: golden cases and sliding bounds were not asked"
    elif link.golden:
        yield f"    golden cases: {link.golden}"
    if link.room is not None and link.how != "adopted":
        bounds = f"{link.room.low:.4g} .. {link.room.high:.4g}"
        yield f"    bounds then: {bounds}" + (f" (override {link.room.override})" if link.room.override else "")
    if link.attempt is not None:
        yield from _attempt(link.attempt)
    later = sorted(_later(link), key=lambda item: item[0])
    if later:
        yield "    since then:"
    for at, lines in later:
        yield f"      {moment(at)}  {lines[0]}"
        yield from (f"    {line}" for line in lines[1:])


def _later(link: Link) -> Iterator[tuple[float, list[str]]]:
    """Yield what came after a value and did not change it, each with its time."""
    for at, payload in link.bounds:
        bounds = f"{payload.low:.4g} .. {payload.high:.4g}"
        yield at, [f"bounds {payload.adjustment} to {bounds}: {payload.reason}"]
    for refused in link.refused:
        why = refused.reason.removeprefix(f"{refused.what}: ")
        yield refused.at, [f"REFUSED: {refused.what}, wanted by {refused.actor}: {why}"]
    for attempt in link.tried:
        yield attempt.at, [_vain(attempt), *_attempt(attempt, told=attempt.reason)]


def _vain(attempt: Attempt) -> str:
    value = "" if attempt.new is None else f" {shown(attempt.new)}"
    if not attempt.outcome:
        return f"cycle {attempt.cycle} tries{value}; it is under way"
    return f"cycle {attempt.cycle} tried{value} in vain: {attempt.outcome}: {attempt.reason}"


def _attempt(attempt: Attempt, told: str = "") -> Iterator[str]:
    """Yield what a cycle did; `told` was said of it already."""
    started = "an operator asked for it" if attempt.trigger == "operator" else f"started by {attempt.trigger}"
    yield f"    cycle {attempt.cycle} ({started} at {moment(attempt.at)})"
    if attempt.rationale:
        chance = f"; chance of a promotion {attempt.chance:.0%}" if math.isfinite(attempt.chance) else ""
        yield f"    proposed: {attempt.rationale}{'' if 'chance of a promotion' in attempt.rationale else chance}"
    if attempt.others:
        yield f"    together with: {', '.join(move.text for move in attempt.others)}"
    if attempt.golden is not None:
        yield f"    golden cases: {_golden(attempt)}"
    for order in attempt.orders:
        yield f"    ordered by {order.actor}: {order.what}: {order.reason}"
    if attempt.verdict:
        reasons = "; ".join(attempt.reasons)
        said = "" if reasons and reasons == told else f": {reasons}"
        yield f"    verdict after {attempt.looks} looks: {attempt.verdict}{said}"
    for item in attempt.evidence:
        role = f" ({item.look.role})" if item.look is not None else ""
        yield f"      {item.kpi}{role}: {_evidence(item)}"


def _golden(attempt: Attempt) -> str:
    golden = attempt.golden
    if golden is None:
        return ""
    if golden.bypassed:
        return f"BYPASSED {golden.bypassed}"
    if not golden.passed:
        return f"FAILED: {'; '.join(golden.failures)}"
    return f"{golden.cases} passed in {golden.seconds:.2f} s" if golden.cases else "none are configured"


def _evidence(item: Evidence) -> str:
    parts = []
    if item.predicted is not None:
        span = f" ({item.predicted.low:+.3g} to {item.predicted.high:+.3g})"
        parts.append(f"predicted {item.predicted.effect:+.3g}{span if math.isfinite(item.predicted.low) else ''}")
    if item.measured is not None:
        held = {None: "", True: ", inside the prediction", False: ", OUTSIDE the prediction"}[item.measured.held]
        parts.append(f"measured {item.measured.measured:+.3g} +- {item.measured.standard_error:.2g}{held}")
    if item.look is not None:
        parts.append(f"{item.look.verdict} after {item.look.count} points: {item.look.reason}")
    return "; ".join(parts)
