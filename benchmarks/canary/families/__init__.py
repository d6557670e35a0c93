"""One module per kind of noise, each with `FAMILIES`; noise is one continuous process through history and canary."""

from __future__ import annotations

import importlib
import pkgutil

from benchmarks.canary.family import Family


def find() -> dict[str, Family]:
    """Return every family by its name, in the order of modules."""
    found: dict[str, Family] = {}
    for info in pkgutil.iter_modules(__path__):
        families: tuple[Family, ...] = importlib.import_module(f"{__name__}.{info.name}").FAMILIES
        for family in families:
            if family.name in found:
                raise ValueError(f"two families are called {family.name!r}, one of them in {info.name}: rename it")
            found[family.name] = family
    return found
