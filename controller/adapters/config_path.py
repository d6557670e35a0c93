"""Dotted keys of autopilot.yaml: `canary.duration`, `kpis.guardrails[1].margin`, `prometheus.headers."X.Y"`."""

from __future__ import annotations

import re
from typing import Any

import yaml

from controller.errors import ConfigError

Key = tuple[str | int, ...]

_PART = re.compile(r"""(?:^|\.)(?:"([^"]+)"|'([^']+)'|([^."'\[\]]+))|\[(\d+)\]""")
_CLOCK = re.compile(r"\d+(:\d+)+\Z")


def parse_key(text: str) -> Key:
    """Return the parts of a dotted key; numbers in brackets are places in a list. Raises ConfigError."""
    parts: list[str | int] = []
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            break
        double, single, plain, index = match.groups()
        parts.append(int(index) if index is not None else double or single or plain)
        at = match.end()
    if at < len(text) or not parts or isinstance(parts[0], int):
        raise ConfigError(f"{text!r} is no setting: write it like canary.duration or kpis.guardrails[1].margin")
    return tuple(parts)


def key_text(key: Key) -> str:
    """Return a key as `parse_key` reads it."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (f'"{part}"' if re.search(r"[.\[\]']", part) else part)
    return text


def parse_value(text: str) -> Any:
    """Return the value that a text says in YAML: `0.2`, `60m`, `null`, `[0.05, 0.1]`, `{kpi: basket, margin: 5}`.

    A time of day stays a text, where YAML would make a number of 10:30; so does a date. Raises ConfigError.
    """
    if _CLOCK.match(text):
        return text
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigError(f"{text!r} is no YAML value: {problem}; put texts with signs into quotes") from None
    if isinstance(found, str):
        return found if text.lstrip()[:1] in ("'", '"', "|", ">") else text  # `a # b` has no comment here
    return found if isinstance(found, (bool, int, float, list, dict, type(None))) else text
