"""A parameter of the first autopilot.yaml, and how the command line says one. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from controller.errors import ConfigError
from exporter.parameter import Kind

STEPS = 20  # of a parameter's range that one cycle moves it by


@dataclass(frozen=True)
class Parameter:
    """A parameter as it is to be written; without `low`, `high` and `step` it is a choice."""

    name: str
    kind: Kind
    default: float | str
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    choices: tuple[str, ...] = ()


def read_parameter(text: str) -> Parameter:
    """Return the parameter of `name=low:high:default`, with `:step` if wanted, or `name=a|b:a`. Raises ConfigError."""
    name, _, rest = text.partition("=")
    parts = [part.strip() for part in rest.split(":")]
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name.strip()):
        raise ConfigError(f"--parameter {text!r}: a name is small letters, digits and _, beginning with a letter")
    name = name.strip()
    if "|" in parts[0]:
        choices = tuple(choice.strip() for choice in parts[0].split("|"))
        if len(parts) != 2 or parts[1] not in choices:  # noqa: PLR2004 - choices and default
            raise ConfigError(f"--parameter {text!r}: write a choice as {name}=list|grid:list, the default last")
        return Parameter(name, "choice", parts[1], choices=choices)
    try:
        low, high, default, *more = (float(part) for part in parts)
        step = more[0] if more else 0.0
    except ValueError:
        raise ConfigError(f"--parameter {text!r}: write it as {name}=low:high:default, like {name}=0:1:0.5") from None
    if (
        len(more) > 1
        or not all(map(math.isfinite, (low, high, default, step)))
        or not low <= default <= high
        or low >= high
    ):
        raise ConfigError(f"--parameter {text!r}: low < high and a default between them are needed")
    whole = not any("." in part or "e" in part.lower() for part in parts)
    return Parameter(name, "int" if whole else "float", default, low, high, step or steps(low, high, whole=whole))


def steps(low: float, high: float, *, whole: bool) -> float:
    """Return how far one cycle may move a parameter, when nobody has said: a twentieth of its range."""
    step = (high - low) / STEPS
    return max(1.0, round(step)) if whole else float(f"{step:.1g}")
