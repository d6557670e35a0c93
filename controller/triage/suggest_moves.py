"""What to change when the same move fails again and again: its bounds, its step, or the choice that it goes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from controller.casebook.record import Record
from controller.cycle.standing import Standing, standing
from controller.journal.event import Moved
from controller.triage.moves import CUT, RAISE, Move, move_of
from controller.triage.narrow import narrower
from controller.triage.pattern import Pattern
from controller.triage.strength import confidence
from controller.triage.suggestion import Ground, Narrower, Suggestion, evidence, numbers, of_pattern
from exporter.parameter import is_finite


@dataclass(frozen=True)
class _Tried:
    """A canary that moved one parameter alone: its cycle, where to, and whether it did harm."""

    cycle: int
    new: float
    harm: bool


def harm(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield narrower bounds for a move that does harm; without room for them, what else to do."""
    move, found = _move(pattern), None
    if move is not None:
        found = _standing(ground, move.parameter)
    if move is None or found is None or move.direction not in (RAISE, CUT):
        yield _given_up(pattern, move)
        return
    tried = tuple(_alone(ground.records, move, set(pattern.cycles)))
    harmful = [one for one in tried if one.harm]
    fine = (one.new for one in tried if not one.harm)
    whole = ground.config.parameters[move.parameter].kind == "int"
    new = narrower(move.direction, (one.new for one in harmful), fine, found.sliding.bounds, found.frame, whole=whole)
    if new is None or len(harmful) < ground.config.triage.least:
        yield _no_narrower(pattern, move, found, tried)
        return
    lost = [one for one in tried if not new.holds(one.new)]
    good = sum(not one.harm for one in lost)
    share = pattern.signature.kind.share
    # the first that did harm set the new end: it says nothing of what lies beyond
    sure = confidence(len(lost) - good - 1, len(lost) - 1, share, pattern.kinds)
    yield Suggestion(
        action="bounds",
        title=f"bound {move.parameter} to {new}",
        text=f"Narrow the sliding bounds of {move.parameter} from {found.sliding.bounds} to {new}: "
        f"`vvtvctl autopilot bounds adjust {move.parameter} --low {new.low:.6g} --high {new.high:.6g} --reason ...`",
        rationale=f"{evidence(pattern)}. Of {len(tried)} canaries that moved nothing else {len(harmful)} did harm "
        f"(cycles {numbers([one.cycle for one in harmful])})",
        effect=f"{len(lost)} of these {len(tried)} canaries would not have been tried, {len(lost) - good} of them "
        f"harmful and {good} not; the bounds widen again by themselves while canaries in them do well",
        confidence=sure,
        share=share,
        bounds=Narrower(move.parameter, found.sliding.bounds, new),
    )


def no_effect(pattern: Pattern, ground: Ground) -> Iterator[Suggestion]:
    """Yield a larger step, or none, for a move that shows nothing."""
    move = _move(pattern)
    name = pattern.signature.subject if move is None else move.parameter
    yield of_pattern(
        pattern,
        "step",
        f"stop trying to {pattern.signature.subject} in small steps",
        f"Raise parameters.{name}.max_step{_size(ground, name)}, or take {name} out of the configuration: "
        f"{pattern.newest.next}",
        "Canaries for what can be seen: a longer one would only show the same more precisely",
    )


def _size(ground: Ground, name: str) -> str:
    """Return a parameter's step, and how far one change moves it, in brackets; empty for what is no parameter."""
    section, found = ground.config.parameters.get(name), _standing(ground, name)
    if section is None:
        return ""
    most = "" if found is None else f", one change moves it by {found.settings.max_step:g} at most"
    return f" (its step is {section.step:g}{most})"


def _move(pattern: Pattern) -> Move | None:
    """Return the move that a pattern is about, as its newest failure has it."""
    for moved in pattern.newest.around.moves:
        if str(found := move_of(moved)) == pattern.signature.subject:
            return found
    return None


def _standing(ground: Ground, name: str) -> Standing | None:
    return standing(ground.config, ground.state, name) if name in ground.config.parameters else None


def _alone(records: Iterable[Record], move: Move, harmful: set[int]) -> Iterator[_Tried]:
    """Yield the canaries that moved this and nothing else; of several moves at once nobody knows which did harm."""
    for record in records:
        if record.started_at is None or len(record.changes) != 1 or move_of(record.changes[0]) != move:
            continue
        if (new := _number(record.changes[0])) is not None:
            yield _Tried(record.cycle, new, record.cycle in harmful)


def _number(moved: Moved) -> float | None:
    return float(moved.new) if not isinstance(moved.new, str) and is_finite(moved.new) else None


def _given_up(pattern: Pattern, move: Move | None) -> Suggestion:
    what = pattern.signature.subject if move is None else f"{move.parameter} {move.direction}"
    return of_pattern(
        pattern,
        "step",
        f"stop moving {what}",
        "Take that choice out of the parameter's choices, or the parameter out of the configuration, until it is known "
        f"why it does harm: {pattern.newest.next}",
        "No more rollbacks of this move",
    )


def _no_narrower(pattern: Pattern, move: Move, found: Standing, tried: tuple[_Tried, ...]) -> Suggestion:
    """Return what to do where bounds cannot be cut: at the floor, without the harm, or when too few moved alone."""
    bounds, alone = found.sliding.bounds, sum(one.harm for one in tried)
    if found.frame.at_floor(bounds):
        why = f"its sliding bounds {bounds} are at their floor of {found.frame.least:g}"
    elif not any(one.harm and bounds.holds(one.new) for one in tried) and alone:
        why = f"its sliding bounds {bounds} exclude the harmful values already"
    else:
        why = f"only {alone} of these canaries moved it alone, so that nobody knows which move did the harm"
    return of_pattern(
        pattern,
        "step",
        f"smaller steps of {move.parameter}",
        f"No narrower bounds are suggested: {why}. Lower parameters.{move.parameter}.max_step (now "
        f"{found.settings.max_step:g}), or let one parameter move at a time (propose.parameters: 1). "
        f"{pattern.newest.next}",
        "Less harm from each canary, and the knowledge of what does it",
    )
