"""The rules: one module per component with `RECORDS` and `ALERTS`. A new one is discovered."""

from __future__ import annotations

import importlib
import pkgutil

from alertmanager.rule import RuleGroup


def _discover() -> tuple[RuleGroup, ...]:
    groups = []
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        groups.append(RuleGroup(info.name, module.RECORDS, module.ALERTS))
    return tuple(groups)


GROUPS = _discover()
"""Every rule that we ship, by component."""
