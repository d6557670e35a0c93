"""One tunable parameter: a number within hard bounds, or a choice among texts; which values it takes, how they read."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Number = float | int
Value = float | int | str
Values = dict[str, Value]
Kind = Literal["float", "int", "choice"]


class ParameterError(ValueError):
    """A parameter, its value or a live document is wrong; the text says which, where and what would do."""


@dataclass(frozen=True)
class ParameterSpec:
    """One tunable parameter.

    Attributes:
        name: as the service and the live document call it.
        kind: `float`, `int`, or `choice`: one of some texts.
        low: hard lower bound, inclusive; no value below it is ever applied. For a choice the first index, 0.
        high: hard upper bound, inclusive. For a choice the last index.
        default: value in force when there is no live document.
        help: what it does.
        choices: the texts of a choice, at least 2, in the order of their indices; () for numbers.
    """

    name: str
    kind: Kind
    low: Number
    high: Number
    default: Value
    help: str = ""
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse bounds or choices that hold no value, and a default outside them."""
        if self.kind == "choice":
            self._check_choices()
        elif self.choices:
            raise ParameterError(f"parameter {self.name}: choices belong to kind choice, this is kind {self.kind}")
        elif not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ParameterError(f"parameter {self.name}: bounds [{self.low}, {self.high}] must be finite, ascending")
        self.check(self.default)

    def _check_choices(self) -> None:
        if len(self.choices) < 2:  # noqa: PLR2004 - nothing can be tuned with one
            raise ParameterError(f"parameter {self.name}: choices {list(self.choices)}: at least 2 are needed")
        for text in self.choices:
            if not text.strip() or text != text.strip() or not text.isprintable():
                raise ParameterError(f"parameter {self.name}: choice {text!r} must be printable, no spaces around it")
            if self.choices.count(text) > 1:
                raise ParameterError(f"parameter {self.name}: choice {text!r} stands twice")
        if (self.low, self.high) != (0, len(self.choices) - 1):
            raise ParameterError(f"parameter {self.name}: the bounds of a choice are its indices; leave them out")

    def check(self, value: object) -> Value:
        """Return `value` as this parameter's kind. Raises ParameterError for a wrong type or a value out of bounds."""
        if value is None:
            raise ParameterError(f"parameter {self.name}: its value is missing")
        return self._choice(value) if self.kind == "choice" else self._number(value)

    def _number(self, value: object) -> Number:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ParameterError(f"parameter {self.name}: {value!r} is not a number")
        if not is_finite(value):
            raise ParameterError(f"parameter {self.name}: {_short(value)} is not finite")
        if self.kind == "int" and value != int(value):
            raise ParameterError(f"parameter {self.name}: {value!r} is not a whole number")
        if not self.low <= value <= self.high:
            raise ParameterError(f"parameter {self.name}: {value!r} is outside hard bounds [{self.low}, {self.high}]")
        return int(value) if self.kind == "int" else float(value)

    def _choice(self, value: object) -> str:
        if isinstance(value, str) and value in self.choices:
            return value
        near = difflib.get_close_matches(value, self.choices, n=1) if isinstance(value, str) else []
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ParameterError(f"parameter {self.name}: {value!r} is none of {', '.join(self.choices)}{hint}")

    def read(self, text: str) -> Value:
        """Return the value that a text stands for, as people type it. Raises ParameterError."""
        if self.kind == "choice":
            return self.check(text.strip())
        try:
            return self.check(float(text))
        except ParameterError:
            raise
        except ValueError:
            raise ParameterError(f"parameter {self.name}: {text!r} is not a number") from None

    def index(self, value: Value) -> float:
        """Return a value as a number, for gauges and models: a choice as its index in `choices`, from 0.

        Raises ParameterError for a value that the parameter cannot have.
        """
        checked = self.check(value)
        return float(self.choices.index(checked)) if isinstance(checked, str) else float(checked)


def choice(name: str, choices: tuple[str, ...], default: str, help: str = "") -> ParameterSpec:  # noqa: A002
    """Return a parameter that is one of some texts. Raises ParameterError."""
    return ParameterSpec(name, "choice", 0, len(choices) - 1, default, help, choices)


def number(values: Mapping[str, Value], name: str) -> Number:
    """Return the value of a parameter that is a number, for arithmetic. Raises ParameterError when it is a text."""
    value = values[name]
    if isinstance(value, str):
        raise ParameterError(f"parameter {name}: {value!r} is not a number")
    return value


def shown(value: Value) -> str:
    """Return a value as people read it: a number in up to 6 digits, a choice as its text."""
    if isinstance(value, str):
        return value
    return f"{value:g}" if is_finite(value) else _short(value)


def is_finite(value: Number) -> bool:
    """Return whether a number fits a float and is finite; JSON may hold whole numbers that do not fit."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _short(value: Number) -> str:
    return "a number of this size" if isinstance(value, int) else repr(value)
