"""The page of the cycle's cost, from costs that are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.cycle.measure import Cost
from benchmarks.cycle.page import publish
from controller.stack.checkout import checkout


def _cost(canary: float) -> Cost:
    work = {"proposing": 0.25, "canary": canary}
    return Cost(None, "promoted", 21.0, looks=9, steps=40, queries=30, work=work, waited=0.5, cpu=0.75)


@pytest.mark.parametrize(
    ("canary", "verdict"), [(1.0, "1.25 s of work: within the goal"), (2.0, "2.25 s of work: beyond")]
)
def test_the_page_says_what_each_cycle_took_and_whether_that_is_within_the_goal(
    tmp_path: Path, canary: float, verdict: str
) -> None:
    page = publish(tmp_path, (_cost(0.5), _cost(canary))).read_text(encoding="utf-8")
    assert "| its own proposal | promoted | 21.0 s | 9 | 40 | 30 | 0.75 s | 0.50 s | 0.75 s |" in page
    assert verdict in page
    assert "| its own proposal | 0.500 | 0.250 |" in page


def test_the_published_page_is_linked_from_the_benchmarks() -> None:
    docs = checkout() / "docs"
    assert "python -m benchmarks.cycle" in (docs / "benchmarks" / "cycle.md").read_text(encoding="utf-8")
    assert "(benchmarks/cycle.md)" in (docs / "benchmarks.md").read_text(encoding="utf-8")
