"""The dashboards: one module each with `BOARD`; the module's name is the file's name. A new one is discovered."""

from __future__ import annotations

import importlib
import pkgutil

from grafana.board import Board


def _discover() -> dict[str, Board]:
    return {
        info.name: importlib.import_module(f"{__name__}.{info.name}").BOARD
        for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name)
        if not info.name.startswith("_")
    }


BOARDS = _discover()
"""Every dashboard that we ship, by file name."""
