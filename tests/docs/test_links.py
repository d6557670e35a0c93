"""Links inside README and docs lead to files that exist and headings that stand in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs import pages


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: str(page.relative_to(pages.ROOT)))
def test_every_link_resolves(page: Path) -> None:
    dead = []
    for link in pages.links(pages.read(page)):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or not target.is_relative_to(pages.ROOT):
            dead.append(f"{link}: no such file")
        elif anchor and anchor not in {pages.anchor(s.title) for s in pages.sections(pages.read(target))}:
            dead.append(f"{link}: no such heading")
    assert not dead


def test_every_page_that_the_program_names_is_there() -> None:
    dead, seen = [], 0
    for folder in ("controller", "exporter", "components", "alertmanager", "grafana", "benchmarks"):
        for path in sorted((pages.ROOT / folder).rglob("*.py")):
            for name, anchor in re.findall(r"\b(docs/[\w/-]+\.md)(?:#([\w-]+))?", pages.read(path)):
                seen += 1
                titles = pages.sections(pages.read(pages.ROOT / name)) if (pages.ROOT / name).is_file() else None
                if titles is None or (anchor and anchor not in {pages.anchor(one.title) for one in titles}):
                    dead.append(f"{path.relative_to(pages.ROOT)}: {name}#{anchor}")
    assert seen
    assert not dead


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [pages.ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        waiting += [(page.parent / link.partition("#")[0]).resolve() for link in pages.links(pages.read(page))]
    assert not set(pages.PAGES) - seen
