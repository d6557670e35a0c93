"""Kinds of values that stand in autopilot.yaml: durations, numbers, addresses, label names; refused with words."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from controller.duration import UNITS

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)\Z")


def _not_bool(value: object) -> object:
    """Refuse YAML's `yes` and `true`, which pydantic would take for 1."""
    if isinstance(value, bool):
        raise ValueError(f"{str(value).lower()} is not a number")  # noqa: TRY004 - pydantic reports ValueErrors
    return value


def _seconds(value: object) -> object:
    """Return the seconds of a text like `5m`; anything else is left for pydantic to judge."""
    _not_bool(value)
    if isinstance(value, str):
        match = _DURATION.match(value.strip())
        if match is None:
            raise ValueError(
                f"{value!r} is not a duration: write seconds, or a number with ms, s, m, h or d, like 90s or 5m"
            )
        return float(match[1]) * UNITS[match[2]]
    return value


LONGEST = 365_000.0  # days that a duration may have: the moment at its end must still be a date


def _not_endless(value: float) -> float:
    if value > LONGEST * UNITS["d"]:
        raise ValueError(f"{value:g} s is too long: at most {LONGEST:.0f}d")
    return value


Seconds = Annotated[float, BeforeValidator(_seconds), Field(gt=0, allow_inf_nan=False), AfterValidator(_not_endless)]
SecondsOrZero = Annotated[
    float, BeforeValidator(_seconds), Field(ge=0, allow_inf_nan=False), AfterValidator(_not_endless)
]
Number = Annotated[float, BeforeValidator(_not_bool), Field(allow_inf_nan=False)]
Count = Annotated[int, BeforeValidator(_not_bool)]


def spelt(pattern: str, rule: str) -> AfterValidator:
    """Return the check that a text is spelt like a pattern, as a whole; `rule` says with an example what it must be."""
    whole = re.compile(pattern)

    def check(value: str) -> str:
        if whole.fullmatch(value) is None:
            raise ValueError(f"{value!r} must be {rule}")
        return value

    return AfterValidator(check)


def _url(value: str) -> str:
    """Refuse addresses that no request can go to, and secrets that would stand in every message."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("not an address: write http://host:port or https://host:port, with a path prefix if any")
    if parts.username is not None or parts.password is not None:
        raise ValueError("credentials do not belong into the address: use auth.username and auth.password_file")
    return value


Url = Annotated[str, AfterValidator(_url)]
LabelName = Annotated[
    str, spelt(r"[a-zA-Z_][a-zA-Z0-9_]*", "a label's name: letters, digits and _, no digit first, like job")
]


def _header(value: str) -> str:
    if not value.isprintable():
        raise ValueError("a header holds no line ends or control characters")
    return value


HeaderName = Annotated[
    str, spelt(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", "a header's name: letters, digits and -, like X-Scope-OrgID")
]
HeaderValue = Annotated[str, AfterValidator(_header)]


class Section(BaseModel):
    """A section of the file: frozen, and without keys that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")
