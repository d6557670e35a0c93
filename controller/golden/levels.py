"""Levels of parameters: low, middle and high of a number, every text of a choice; and which a value is at. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from exporter.parameter import ParameterSpec, Value, number


@dataclass(frozen=True)
class Level:
    """One level of one parameter: `value` is what stands for it, `name` what it is called."""

    parameter: str
    name: str
    value: Value

    @property
    def text(self) -> str:
        """Parameter and level in words."""
        return f"{self.parameter} {self.name}"


def levels(spec: ParameterSpec) -> tuple[Level, ...]:
    """Return a parameter's levels; a number's lowest and highest value stand for low and high."""
    if spec.kind == "choice":
        return tuple(Level(spec.name, text, text) for text in spec.choices)
    middle = (spec.low + spec.high) / 2
    found = {"low": spec.low, "mid": round(middle) if spec.kind == "int" else round(middle, 6), "high": spec.high}
    made: dict[Value, Level] = {}
    for name, value in found.items():
        checked = spec.check(value)
        made.setdefault(checked, Level(spec.name, name, checked))  # an int between 0 and 1 has no middle
    return tuple(made.values())


def level_of(spec: ParameterSpec, value: Value) -> Level:
    """Return the level that a value is at: of a number, the third of the range that it lies in."""
    found = levels(spec)
    if spec.kind == "choice":
        return next(level for level in found if level.value == value)
    share = (number({spec.name: value}, spec.name) - spec.low) / (spec.high - spec.low)
    name = "low" if share < 1 / 3 else "mid" if share <= 2 / 3 else "high"
    return next((level for level in found if level.name == name), found[0])
