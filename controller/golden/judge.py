"""An answer held against what a case expects. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from controller.golden.case import Case, Expectation, Relation
from controller.golden.diff import difference
from controller.golden.items import items
from controller.golden.value import holds, is_number, key, listed, near, same, shown
from exporter.parameter import ParameterError, number
from exporter.parameters import Value, Values


def faults(case: Case, answer: Any, values: Values) -> Iterator[str]:
    """Yield what is wrong with an answer; nothing when every condition but the comparisons holds.

    Args:
        case: the case.
        answer: the JSON value that was answered.
        values: the values of all parameters with which it was asked.
    """
    expect = case.expect
    if expect.exact and not same(expect.equals, answer):
        yield difference(expect.equals, answer)
    if expect.approx is not None and not near(expect.approx.value, answer, expect.approx.within):
        yield f"{difference(expect.approx.value, answer)}; {expect.approx.within:g} is allowed"
    if expect.between is not None:
        low, high = expect.between
        if not is_number(answer):
            yield f"expected a number between {low:g} and {high:g}, got {shown(answer)}"
        elif not low <= answer <= high:
            yield f"expected between {low:g} and {high:g}, got {shown(answer)}"
    if expect.count is not None:
        yield from _miscounted(expect.count, case, answer, values)
    yield from _members(expect, case, answer)
    if expect.unique and isinstance(answer, list):
        yield from _repeated(answer)


def _miscounted(wanted: int | str, case: Case, answer: Any, values: Mapping[str, Value]) -> Iterator[str]:
    if not isinstance(answer, (list, dict, str)):
        yield f"expected something to count, got {shown(answer)}"
        return
    try:
        count = wanted if isinstance(wanted, int) else _parameter_count(wanted, case, values)
    except ParameterError as error:
        yield f"count: {error}"
        return
    if len(answer) != count:
        yield f"expected {count} items, got {len(answer)}"


def _parameter_count(name: str, case: Case, values: Mapping[str, Value]) -> int:
    """Return a parameter's value, at most the candidates there are."""
    if name not in values:
        raise ParameterError(f"{name!r} is no parameter; known are {', '.join(values)}")
    count = int(number(values, name))
    candidates = case.input.get("candidates")
    return min(count, len(candidates)) if isinstance(candidates, list) else count


def _members(expect: Expectation, case: Case, answer: Any) -> Iterator[str]:
    if expect.among is None and not expect.includes and not expect.excludes:
        return
    if not isinstance(answer, list):
        yield f"expected a list, got {shown(answer)}"
        return
    if expect.among is not None:
        allowed = items(expect.among, case.input)
        if strange := [item for item in answer if not holds(allowed, item)]:
            yield f"{listed(strange)}: none of those it may select"
    if lacking := [item for item in items(expect.includes, case.input) if not holds(answer, item)]:
        yield f"{listed(lacking)}: must be selected"
    if banned := [item for item in items(expect.excludes, case.input) if holds(answer, item)]:
        yield f"{listed(banned)}: must not be selected"


def _repeated(answer: list[Any]) -> Iterator[str]:
    seen: set[str] = set()
    for item in answer:
        text = key(item)
        if text in seen:
            yield f"{shown(item)} stands twice"
            return
        seen.add(text)


def related(relation: Relation, answer: Any, changed: Any) -> str | None:
    """Return why the answer to a changed question is not to the case's answer as it should be; None when it is."""
    if relation == "same":
        return None if same(answer, changed) else f"the answer changed: {difference(answer, changed)}"
    if relation == "different":
        return "the answer stayed the same" if same(answer, changed) else None
    if relation in ("at_most", "at_least"):
        return _ordered(relation, answer, changed)
    if not isinstance(answer, list) or not isinstance(changed, list):
        return f"expected lists, got {shown(answer)} and then {shown(changed)}"
    if relation == "prefix":
        start = answer[: len(changed)]
        return None if same(start, changed) else f"it no longer begins as before: {difference(start, changed)}"
    small, large = (changed, answer) if relation == "subset" else (answer, changed)
    lacking = [item for item in small if not holds(large, item)]
    word = "new" if relation == "subset" else "gone"
    return f"{word}: {listed(lacking)}" if lacking else None


def _ordered(relation: Relation, answer: Any, changed: Any) -> str | None:
    if not is_number(answer) or not is_number(changed):
        return f"expected numbers, got {shown(answer)} and then {shown(changed)}"
    if relation == "at_most":
        return None if changed <= answer else f"it rose from {shown(answer)} to {shown(changed)}"
    return None if changed >= answer else f"it fell from {shown(answer)} to {shown(changed)}"
