"""A suggestion and a failure's surroundings in words, for the page and for issues."""

from __future__ import annotations

from collections.abc import Iterator

from controller.triage.failure import Failure
from controller.triage.safe import rich
from controller.triage.strength import digits
from controller.triage.suggestion import Suggestion


def points(one: Suggestion) -> Iterator[str]:
    """Yield a suggestion's lines."""
    yield f"- Do: {rich(one.text)}"
    yield f"- Why: {rich(one.rationale)}"
    yield f"- Effect: {rich(one.effect)}"
    yield f"- Confidence: {sureness(one)}"


def sureness(one: Suggestion) -> str:
    """Return a confidence and what it is about."""
    if one.action == "schedule":
        return f"{digits(one.confidence)} that these times differ from the others"
    cases = "the moves beyond these bounds do harm" if one.bounds is not None else "such cases fail"
    return f"{digits(one.confidence)} that more than {one.share:.0%} of {cases}"


def around(one: Failure) -> Iterator[str]:
    """Yield what was going on around a failure, in words."""
    if one.around.moves:
        yield ", ".join(moved.text for moved in one.around.moves)
    if one.around.alerts:
        yield f"open: {', '.join(one.around.alerts)}"
    if one.around.by:
        yield f"by {one.around.by}"
    if one.around.bypassed:
        yield f"golden cases bypassed {one.around.bypassed}"
