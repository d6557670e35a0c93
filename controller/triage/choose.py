"""Which suggestions are applied by themselves: narrower bounds that are sure enough, one for each parameter."""

from __future__ import annotations

from controller.config.config import Config
from controller.journal.event import BoundsAdjustRequested
from controller.journal.state import State
from controller.triage.pattern import Pattern
from controller.triage.report import Report
from controller.triage.strength import digits
from controller.triage.suggestion import Narrower, Suggestion

MARK = "triage of "
"""Every reason of an adjustment that triage wants begins so."""


def adjustments(report: Report, config: Config, state: State, day: str) -> tuple[BoundsAdjustRequested, ...]:
    """Return the bounds to ask for: above `triage.apply_above`, the surest of each parameter.

    An operator's override keeps its parameter out, whether it holds still or is over and not yet said to be so; so does
    a request for other bounds that waits for its answer.
    """
    chosen: dict[str, tuple[Pattern, Suggestion, Narrower]] = {}
    for pattern, one in report.sure(config.triage.apply_above):
        if one.bounds is None:
            continue
        name = one.bounds.parameter
        record = state.bounds.get(name)
        if record is not None and not (record.override is None and record.wanted is None):
            continue
        if name not in chosen or one.confidence > chosen[name][1].confidence:
            chosen[name] = pattern, one, one.bounds
    return tuple(_request(*found, day) for found in chosen.values())


def _request(pattern: Pattern, one: Suggestion, narrower: Narrower, day: str) -> BoundsAdjustRequested:
    cycles = ", ".join(str(cycle) for cycle in pattern.cycles[-5:])
    sure = digits(one.confidence)
    reason = f"{MARK}{day}: pattern {pattern.fingerprint}, {pattern}, cycles {cycles}; confidence {sure}"
    new = narrower.new
    return BoundsAdjustRequested(parameter=narrower.parameter, low=new.low, high=new.high, reason=reason)
