"""Why a proposed change is refused: every limit that it breaks, in words with numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.limits import Limits, spent
from exporter.parameter import ParameterError, ParameterSpec, Value, is_finite


@dataclass(frozen=True)
class Reason:
    """Why a change is refused: which limit (`code`), of which parameter, in words with numbers."""

    parameter: str
    code: str
    text: str


def validate(
    changes: Mapping[str, Value], limits: Mapping[str, Limits], specs: Iterable[ParameterSpec]
) -> tuple[Reason, ...]:
    """Return every reason for which changes may not be tried; none when they may.

    Args:
        changes: the new value of each parameter that moves.
        limits: of each numeric parameter; a choice has none.
        specs: all parameters.
    """
    known = {spec.name: spec for spec in specs}
    found: list[Reason] = []
    for name, value in changes.items():
        if name not in known:
            found.append(Reason(name, "unknown", f"unknown parameter {name!r}; known are {', '.join(known)}"))
            continue
        try:
            known[name].check(value)
        except ParameterError as error:
            found.append(Reason(name, _kind_of(known[name], value), str(error)))
            continue
        if name in limits and not isinstance(value, str):
            found += _soft(limits[name], float(value))
    return tuple(found)


def _kind_of(spec: ParameterSpec, value: object) -> str:
    """Return which kind of mistake a value is that the parameter cannot have."""
    if spec.kind == "choice":
        return "kind"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "kind"
    if not is_finite(value):
        return "not_finite"
    return "hard" if not spec.low <= value <= spec.high else "kind"


def _soft(limits: Limits, value: float) -> list[Reason]:
    """Return the limits inside the hard bounds that a value breaks."""
    name, slack, found = limits.spec.name, limits.slack, list[Reason]()
    if not limits.sliding.low - slack <= value <= limits.sliding.high + slack:
        which = "override" if limits.overridden else "sliding"
        found.append(Reason(name, which, f"{name}: {value:g} is outside the {which} bounds {limits.sliding}"))
    low, high = limits.returning
    if not low - slack <= value <= high + slack:
        text = (
            f"{name}: {value:g} is outside {Bounds(low, high)}: on the way back from a pause for drift a change has "
            f"{limits.share:.0%} of the room inside the sliding bounds"
        )
        found.append(Reason(name, "returning", text))
    if abs(value - limits.value) > limits.max_step + slack:
        step = abs(value - limits.value)
        text = (
            f"{name}: {limits.value:g} -> {value:g} is a step of {step:g}; one change moves it by {limits.max_step:g}"
        )
        found.append(Reason(name, "max_step", f"{text} at most"))
    if limits.daily_limit is not None and value != limits.value:
        low, high = limits.daily
        if not low - slack <= value <= high + slack:
            text = f"{name}: {value:g} breaks {spent(limits)}"
            found.append(Reason(name, "daily_limit", text))
    return found
