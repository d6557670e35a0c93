"""Markdown pages as values: sections, tables, code blocks, inline code, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md")))

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_INLINE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it, up to the next heading of any level."""

    title: str
    body: str


def read(path: Path) -> str:
    """Return a page's text."""
    return path.read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a language."""
    return [body for found, body in _FENCE.findall(text) if found == language]


def prose(text: str) -> str:
    """Return the text without its code blocks."""
    return _FENCE.sub("", text)


def sections(text: str) -> list[Section]:
    """Return the sections in order; a `#` in a code block is no heading."""
    outside = _FENCE.sub(lambda match: re.sub(r"^#", " #", match[0], flags=re.MULTILINE), text)
    marks = list(_HEADING.finditer(outside))
    ends = [mark.start() for mark in marks[1:]] + [len(outside)]
    return [Section(mark[2].strip(), outside[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True)]


def rows(text: str, first: str) -> list[tuple[str, ...]]:
    """Return the rows of every table whose first column is headed `first`."""
    found: list[tuple[str, ...]] = []
    head = ""
    for line in prose(text).splitlines():
        if not line.startswith("|"):
            head = ""
            continue
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        if not head:
            head = cells[0]
        elif head == first and set(cells[0]) != {"-"}:
            found.append(cells)
    return found


def plain(cell: str) -> str:
    """Return a cell without its backticks."""
    return cell.strip("`")


def inline(text: str) -> list[str]:
    """Return the inline code of a page."""
    return _INLINE.findall(prose(text))


def links(text: str) -> list[str]:
    """Return the targets of a page's links."""
    return _LINK.findall(prose(text))


def anchor(title: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", title.lower())
    return kept.replace(" ", "-")
