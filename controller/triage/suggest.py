"""From patterns and claims to suggestions: one function for each kind of failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from controller.triage import suggest_canary as canary
from controller.triage import suggest_moves as moves
from controller.triage import suggest_other as other
from controller.triage.correlate import Association
from controller.triage.pattern import Pattern
from controller.triage.suggestion import Ground, Suggestion

Suggest = Callable[[Pattern, Ground], Iterator[Suggestion]]

BY_KIND: Final[dict[str, Suggest]] = {
    "harm": moves.harm,
    "no_effect": moves.no_effect,
    "noise": canary.noise,
    "underpowered": canary.underpowered,
    "unproposed": canary.unproposed,
    "blind": canary.blind,
    "lapse": canary.lapse,
    "stopped": canary.stopped,
    "miss": canary.miss,
    "golden": other.golden,
    "incident": other.incident,
    "undone": other.undone,
    "refused": other.refused,
    "held": other.held,
    "failed": other.failed,
    "crash": other.crash,
    "job": other.job,
    "emergency": other.emergency,
    "drift": other.drift,
}


def suggestions(pattern: Pattern, ground: Ground) -> tuple[Suggestion, ...]:
    """Return what to change because of a pattern, the surest first."""
    found = BY_KIND[pattern.signature.kind.name](pattern, ground)
    return tuple(sorted(found, key=lambda one: -one.confidence))


def of_times(ground: Ground) -> tuple[Suggestion, ...]:
    """Return the hours and days to stay away from: those that failures of cycles provably go with."""
    return tuple(
        _elsewhere(claim, ground)
        for claim in ground.claims
        if claim.kind in ("hour", "weekday") and claim.unit in ("cycles", "canaries")
    )


def _elsewhere(claim: Association, ground: Ground) -> Suggestion:
    table = claim.table
    return Suggestion(
        action="schedule",
        title=f"schedule cycles away from {claim.feature}",
        text=f"Move schedule.cycle (now {ground.config.schedule.cycle}) away from {claim.feature}",
        rationale=f"{claim.failure}: {table.a} of {table.a + table.b} {claim.unit} then, {table.c} of "
        f"{table.c + table.d} at other times (p = {claim.p:.2g}, corrected)",
        effect=f"If the hour is the cause, a share of {table.c / (table.c + table.d):.0%} instead of "
        f"{table.a / (table.a + table.b):.0%} fails so",
        confidence=1 - claim.p,
        share=table.c / (table.c + table.d),
    )
