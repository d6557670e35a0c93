"""Every benchmark runs, and its page shows it."""

from __future__ import annotations

import importlib

import pytest

from benchmarks.__main__ import find
from controller.stack.checkout import checkout


@pytest.mark.parametrize("name", find())
def test_a_benchmark_prints_a_table_that_its_page_shows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    monkeypatch.setattr(module, "REPEATS", 1)
    header, _, *rows = module.run().splitlines()
    assert rows
    page = (checkout() / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert f"## {name}" in page
    for row in rows:
        assert row.count("|") == header.count("|")
        assert f"| {row.split('|')[1].strip()} |" in page


def test_what_starts_with_an_underscore_is_no_benchmark() -> None:
    assert {"look", "scrape", "select"} <= set(find())
    assert "_measure" not in find()
