"""A parameter that is one of some texts, as autopilot.yaml says it: `kind: choice`, `choices`, no bounds, no step."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import BeforeValidator, ValidationInfo

_NUMERIC = ("low", "high", "step")


def _text(value: object) -> object:
    """Refuse what YAML made of `on`, `no`, `1.5` or nothing: no text."""
    if not isinstance(value, str):
        shown = str(value).lower() if value is None or isinstance(value, bool) else repr(value)
        raise ValueError(f"{shown} is not a text for YAML: put it in quotes")  # noqa: TRY004 - pydantic reports ValueErrors
    return value


def _default(value: object, info: ValidationInfo) -> object:
    """Return a default of its parameter's kind: a text for a choice, a finite number for the others."""
    if info.data.get("kind") == "choice":
        return _text(value)
    try:
        number = math.nan if isinstance(value, bool) or not isinstance(value, (int, float, str)) else float(value)
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{str(value)[:40]!r} is not a finite number")
    return number


Choice = Annotated[str, BeforeValidator(_text)]
Default = Annotated[float | str, BeforeValidator(_default)]
"""The default of a parameter; its kind must stand before it among the fields."""


def indexed(found: object) -> object:
    """Return a parameter's settings, those of a choice with the bounds and the step of its indices.

    Raises:
        ValueError: a choice has bounds or a step of its own, or no list of choices.
    """
    if not isinstance(found, dict) or found.get("kind") != "choice":
        return found
    if twice := [key for key in _NUMERIC if key in found]:
        raise ValueError(f"{twice[0]} does not go with kind choice: the choices are the values; remove it")
    choices = found.get("choices")
    if not isinstance(choices, (list, tuple)):
        raise ValueError("kind choice needs choices, a list of at least 2 texts")  # noqa: TRY004 - pydantic reports it
    return {**found, "low": 0.0, "high": len(choices) - 1.0, "step": 1.0}
