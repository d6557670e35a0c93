"""Pure: numbers the panels and places them: left to right, a new line when the next one does not fit, rows on top."""

from __future__ import annotations

from typing import Any

COLUMNS = 24


def place(panels: list[dict[str, Any]]) -> None:
    """Set `id` and the place in `gridPos` of each panel; its width and height are given.

    Raises:
        ValueError: a panel is wider than the grid, or has no height.
    """
    x = y = line = 0
    for number, panel in enumerate(panels, start=1):
        width, height = panel["gridPos"]["w"], panel["gridPos"]["h"]
        if not (0 < width <= COLUMNS and height > 0):
            raise ValueError(f"panel {panel.get('title')!r}: size {width} x {height} does not fit {COLUMNS} columns")
        if x + width > COLUMNS or panel["type"] == "row":
            x, y, line = 0, y + line, 0
        panel["id"] = number
        panel["gridPos"] = {"h": height, "w": width, "x": x, "y": y}
        x, line = x + width, max(line, height)
