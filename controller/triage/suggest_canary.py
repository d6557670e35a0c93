"""What to change when canaries tell nothing: their length, a margin, the data, the lease, the prior."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import median

from controller.casebook.advice import LONGEST
from controller.casebook.words import number
from controller.duration import about, duration
from controller.model import Role
from controller.triage.pattern import Pattern
from controller.triage.suggestion import Ground, Suggestion, of_pattern

LOOKS = 3.0  # looks that a lease should outlast, so that one slow look does no harm
LEAST_RATIOS = 3  # measured over predicted effects that are worth a median


def noise(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a longer canary; for a guardrail that cannot be cleared also a review of its margin."""
    kpi, planned = pattern.signature.subject, ground.config.canary.duration
    needed = [failure.needed for failure in pattern.failures if math.isfinite(failure.needed)]
    seconds = median(needed) if needed else math.nan
    if math.isfinite(seconds) and planned < seconds <= LONGEST:
        told = sum(one <= seconds for one in needed)
        yield of_pattern(
            pattern,
            "duration",
            f"canaries of {about(seconds)}",
            f"Raise canary.duration from {duration(planned)} to {about(seconds)}: so long would the middle one of "
            "these canaries have needed",
            f"{told} of these {pattern.count} canaries would have told the effect, four times out of five each",
        )
    else:
        text = pattern.newest.next
        if math.isfinite(seconds) and seconds <= planned:
            text = (
                "These canaries were long enough to tell the effect that was hoped for, four times out of five, and "
                f"told nothing {pattern.count} times: less is there than was hoped. Take larger steps "
                "(parameters.*.max_step), and review parameters.*.prior"
            )
        yield of_pattern(pattern, "step", f"larger steps for {kpi}", text, "Effects that can be told")
    judged = ground.terms.judged(kpi)
    if judged is not None and judged.role is Role.GUARDRAIL:
        yield of_pattern(
            pattern,
            "margin",
            f"review the margin of guardrail {kpi}",
            f"Harm beyond the margin of {kpi} ({number(judged.margin)}, {judged.margin_unit}) could not be ruled out; "
            "if a little more harm is tolerable, a larger kpis.guardrails margin lets canaries end; if not, only longer"
            " ones do",
            "Promotions that only this guardrail held back; a person has to say what harm is tolerable",
        )


def underpowered(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a longer canary or larger steps."""
    del ground
    yield of_pattern(
        pattern, "duration", "canaries that can see their effect", pattern.newest.next, "Canaries that begin at all"
    )


def unproposed(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a look at why nothing is tried."""
    yield of_pattern(
        pattern,
        "people",
        "find out why nothing is tried",
        f"Nothing was tried: {pattern.newest.why}. If the values in force are as good as they get, plan cycles less "
        f"often (schedule.cycle, now {ground.config.schedule.cycle}); if not, `vvtvctl autopilot bounds show` tells "
        "what holds each parameter",
        "Cycles that try something, or fewer cycles",
    )


def blind(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a repair of the data."""
    kpi = pattern.signature.subject
    look = f"`vvtvctl metrics query {kpi}`" if kpi in ground.terms.kpis else "`vvtvctl doctor`"
    yield of_pattern(
        pattern,
        "data",
        f"mend the data of {kpi or 'every KPI'}",
        f"Look at {look}. {pattern.newest.next}",
        f"{pattern.count} canaries could have been judged",
    )


def lapse(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a longer lease or shorter looks when a slow look is enough to lapse, and else a controller that runs."""
    canary = ground.config.canary
    least = LOOKS * canary.look_every
    if canary.lease < least:
        yield of_pattern(
            pattern,
            "duration",
            f"a lease of {duration(least)}",
            f"Raise canary.lease from {duration(canary.lease)} to {duration(least)}, three times canary.look_every "
            f"({duration(canary.look_every)}), or look more often: one late look ends the lease now",
            "A canary outlasts two looks that fail; a dead controller's canary ends later by as much",
        )
    else:
        yield of_pattern(
            pattern,
            "operations",
            "keep a controller running",
            f"The lease ({duration(canary.lease)}) outlasts three looks, so that the controller itself was gone or "
            "hung: run it under a supervisor that restarts it, and look at its log at these times",
            "Canaries that nobody interrupts",
        )


def stopped(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield the question what people saw that no KPI did."""
    rails = ", ".join(item.kpi.name for item in ground.config.judged[1:]) or "none"
    yield of_pattern(
        pattern,
        "people",
        "judge by what operators saw",
        f"Operators ended these canaries before the evidence did. Ask what they saw: a guardrail for it (now: {rails}) "
        "would end such canaries by itself",
        "Canaries that need nobody to watch them",
    )


def miss(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a review of the priors, with how far off they were."""
    kpi = pattern.signature.subject
    ratios = [
        one.measured / one.predicted
        for record in ground.records
        for one in record.impacts
        if one.kpi == kpi and one.predicted and math.isfinite(one.measured) and math.isfinite(one.predicted)
    ]
    off = ""
    if len(ratios) >= LEAST_RATIOS and math.isfinite(middle := median(ratios)):
        off = f"What was measured is {number(middle)} times what was predicted (median of {len(ratios)} canaries). "
    yield of_pattern(
        pattern,
        "prior",
        f"review the priors for {kpi}",
        f"{off}Compare parameters.*.prior with what was learnt (`vvtvctl autopilot report`), and look for a change of "
        "the service outside of the autopilot",
        "Predictions whose 95 % intervals hold what is measured, 19 times of 20",
    )
