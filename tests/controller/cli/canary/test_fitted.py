"""A running canary's page on one screen."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from controller.cli.canary.fitted import fitted
from controller.cli.canary.page import NONE_YET
from controller.cli.chart import LEGEND
from controller.view import canary as view_canary
from tests.controller.world import World, worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path)


def _shown(world: World, height: int) -> list[str]:
    out = Console(file=StringIO(), width=80, height=height, highlight=False)
    out.print(fitted(world.config, view_canary.last_canary(world.read()), world.now, out))
    assert isinstance(out.file, StringIO)
    return out.file.getvalue().splitlines()


@pytest.mark.parametrize("height", range(16, 60))
def test_it_is_never_higher_than_the_screen_and_says_what_is_missing(world: World, height: int) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=12)
    lines = _shown(world, height)
    assert len(lines) < height
    text = "\n".join(lines)
    charts = [kpi for kpi in ("conversion", "latency") if f"\n{kpi} (" in text]
    assert text.count(LEGEND) == min(1, len(charts))
    missing = {0: "2 more charts in a higher window", 1: "1 more chart in a higher window", 2: ""}[len(charts)]
    assert missing in text
    assert charts in ([], ["conversion"], ["conversion", "latency"])  # the primary KPI first
    assert height < 24 or "conversion" in charts
    assert height < 40 or "latency" in charts


def test_without_a_canary_or_after_it_everything_is_shown(world: World) -> None:
    autopilot = world.controller()
    assert " ".join(" ".join(_shown(world, 10)).split()) == NONE_YET
    world.request(price=1.2)
    world.to_end(autopilot)
    assert sum(LEGEND in line for line in _shown(world, 10)) == 2
