"""A parameter's value in each arm, in words."""

from __future__ import annotations

from collections.abc import Mapping

from exporter import names


def in_words(arms: Mapping[str, float]) -> str:
    """Return the value once when all arms have it, else each arm's."""
    if len(arms) == len(names.ARMS) and len(set(arms.values())) == 1:
        return f"{next(iter(arms.values())):g} in every arm"
    return ", ".join(f"{arms[arm]:g} in {arm}" for arm in names.ARMS if arm in arms)
