"""A suggestion: what to change because of a pattern, how sure it is, why, and what it should bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from controller.casebook.record import Record
from controller.casebook.words import Terms
from controller.config.config import Config
from controller.decide.bounds.bound import Bounds
from controller.journal.state import State
from controller.triage.correlate import Association
from controller.triage.pattern import Pattern

MOST_NUMBERS = 12  # of cycles that are named, the newest


@dataclass(frozen=True)
class Narrower:
    """Sliding bounds of a parameter that a suggestion wants, inside those that it has."""

    parameter: str
    old: Bounds
    new: Bounds


@dataclass(frozen=True)
class Suggestion:
    """What to change.

    Attributes:
        action: what kind of change it is: bounds, step, duration, schedule, golden, data, margin, prior, operations or
            people.
        title: the change in a line.
        text: what to do, with numbers and settings by name.
        rationale: why, with the evidence.
        effect: what it should bring.
        confidence: how sure it is that more than `share` of such cases fail; for bounds, of the moves beyond them; for
            a schedule, that the hours differ.
        share: see `confidence`.
        bounds: the adjustment, for bounds; nothing else is ever applied without a person.
    """

    action: str
    title: str
    text: str
    rationale: str
    effect: str
    confidence: float
    share: float
    bounds: Narrower | None = None


@dataclass(frozen=True)
class Ground:
    """What suggestions are made from.

    Attributes:
        config: the configuration.
        state: what the journal says now.
        terms: how KPIs are named.
        records: the cycles of the period that are over.
        claims: with what failures go.
    """

    config: Config
    state: State
    terms: Terms
    records: Sequence[Record]
    claims: Sequence[Association]


def evidence(pattern: Pattern) -> str:
    """Return what a pattern rests on, in a sentence: counts, cycles, and what was said last."""
    text = str(pattern)
    if pattern.cycles:
        text += f" (cycle{'s' if len(pattern.cycles) > 1 else ''} {numbers(pattern.cycles)})"
    return f"{text}. The newest: {pattern.newest.why}"


def numbers(cycles: Sequence[int]) -> str:
    """Return numbers of cycles in a list, the newest of many."""
    shown = ", ".join(str(cycle) for cycle in cycles[-MOST_NUMBERS:])
    return shown if len(cycles) <= MOST_NUMBERS else f"..., {shown}"


def of_pattern(pattern: Pattern, action: str, title: str, text: str, effect: str) -> Suggestion:
    """Return a suggestion whose confidence and evidence are the pattern's own."""
    share = pattern.signature.kind.share
    return Suggestion(action, title, text, evidence(pattern), effect, pattern.confidence, share)
