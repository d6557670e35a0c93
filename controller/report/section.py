"""A part of the report: for people as lines of Markdown, for programs as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from controller.report.material import Material

Plain: TypeAlias = "str | int | float | bool | Mapping[str, Plain] | Sequence[Plain] | None"


@dataclass(frozen=True)
class Section:
    """A part of the report.

    Attributes:
        key: its name in JSON.
        title: its heading.
        lines: what stands below the heading, Markdown.
        data: the same as plain values.
    """

    key: str
    title: str
    lines: tuple[str, ...]
    data: Plain


Builder: TypeAlias = Callable[[Material], Section]
