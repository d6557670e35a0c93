"""A configuration as dotted settings, its SHA-256, and what differs between two: the same for every file that says it.

Comments, order, spelling (`60m` or `3600`) and settings that repeat their default do not change any of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from controller.config.config import Config

_SECRET = re.compile(r"auth|token|key|secret|cookie|password", re.IGNORECASE)

JUDGING = (
    *("service", "prometheus.scrape_interval", "prometheus.url", "prometheus.selector", "metrics", "kpis"),
    *("canary.alpha", "canary.warmup", "canary.minimum_harm", "canary.minimum_proceed", "canary.minimum_history"),
)
"""Settings by which a canary is judged; a verdict with two of them would have no known chance of error."""

Flat = dict[str, Any]
"""Dotted settings with their values: texts, numbers, booleans, None, and empty lists and mappings."""


def digest(config: Config) -> str:
    """Return the SHA-256 of a configuration, in hexadecimal digits: defaults filled in, keys in order, as JSON."""
    canonical = json.dumps(config.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def judging(config: Config) -> str:
    """Return the SHA-256 of the settings by which a canary is judged: as long as it is the same, they are."""
    judged = {key: said(value) for key, value in flat(config).items() if judges(key)}
    return hashlib.sha256(json.dumps(judged, sort_keys=True).encode()).hexdigest()


def judges(setting: str) -> bool:
    """Whether a dotted setting is one by which a canary is judged."""
    return any(setting == one or setting.startswith((f"{one}.", f"{one}[")) for one in JUDGING)


def flat(config: Config) -> Flat:
    """Return every setting by its dotted key, defaults filled in; items of lists as `kpis.guardrails[0].kpi`.

    The value of a header that may hold a secret is not told, only a mark by which another one can be told from it.
    """
    return {key: _told(key, value) for key, value in flattened(config.model_dump(mode="json")).items()}


def _told(key: str, value: Any) -> Any:
    if not key.startswith("prometheus.headers.") or not _SECRET.search(key):
        return value
    return f"(hidden, {hashlib.sha256(str(value).encode()).hexdigest()[:8]})"


def flattened(found: Any) -> Flat:
    """Return the leaves of nested mappings and lists by dotted key."""
    return dict(_leaves(found, ""))


def changes(before: Config, after: Config) -> tuple[str, ...]:
    """Return what differs, one line for each setting, in the order of the file: `canary.duration: 3600 -> 7200`."""
    return tuple(by_setting(before, after).values())


def by_setting(before: Config, after: Config) -> dict[str, str]:
    """Return the lines of `changes`, each by the dotted setting that it is about."""
    return _lines(flat(before), flat(after))


def differences(old: Flat, new: Flat) -> tuple[str, ...]:
    """Return what differs between two configurations' settings, as `changes` does."""
    return tuple(_lines(old, new).values())


def _lines(old: Flat, new: Flat) -> dict[str, str]:
    return {
        key: f"{key}: {_said(old, key)} -> {_said(new, key)}"
        for key in dict.fromkeys((*old, *new))
        if _said(old, key) != _said(new, key)
    }


def _said(found: Flat, key: str) -> str:
    return said(found[key]) if key in found else "(none)"


def said(value: Any) -> str:
    """Return a setting's value as one would write it: 3600, not 3600.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) and value else json.dumps(value)


def _leaves(found: Any, at: str) -> Iterator[tuple[str, Any]]:
    if isinstance(found, dict) and found:
        for key, value in found.items():
            name = f'"{key}"' if "." in str(key) else str(key)
            yield from _leaves(value, f"{at}.{name}" if at else name)
    elif isinstance(found, (list, tuple)) and found and isinstance(found[0], (dict, list, tuple)):
        for index, value in enumerate(found):
            yield from _leaves(value, f"{at}[{index}]")
    else:
        yield at, found
