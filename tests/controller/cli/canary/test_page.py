"""A canary as a page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from controller.casebook.reading import interval
from controller.cli.canary.page import NONE_YET, boundaries, marks, page
from controller.cli.chart import NOTHING
from controller.journal import event as ev
from controller.model import JudgedKpi, Role
from controller.view import canary as view_canary
from exporter.metric import Direction, GaugeReading, Kpi, Selector, Unit
from tests.controller.journal.events import LOOKED
from tests.controller.world import World, configuration, worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path)


def _judged(direction: Direction) -> JudgedKpi:
    kpi = Kpi("k", "k", "", GaugeReading(Selector("k")), direction, Unit.NONE, 0.1, (0.0, 1.0))
    return JudgedKpi(kpi, Role.PRIMARY, 0.1)


@pytest.mark.parametrize(
    ("direction", "harm", "benefit"),
    [(Direction.HIGHER, (-0.5,), 0.3), (Direction.LOWER, (0.5,), -0.3), (Direction.BAND, (-0.6, 0.6), math.nan)],
)
def test_boundaries_have_the_sign_of_what_is_bad_and_good(
    direction: Direction, harm: tuple[float, ...], benefit: float
) -> None:
    look = LOOKED.model_copy(update={"harm_needed": 0.5, "benefit_needed": 0.3})
    found = boundaries(_judged(direction), look)
    assert found[0] == harm
    assert found[1] == pytest.approx(benefit, nan_ok=True)


def test_a_kpi_that_is_not_configured_any_more_has_no_boundaries() -> None:
    assert boundaries(None, LOOKED)[0] == ()


def test_an_interval_is_the_looks_own_or_around_the_effect() -> None:
    look = LOOKED.model_copy(update={"effect": 1.0, "margin": 0.5})
    assert interval(look) == (0.5, 1.5)
    assert interval(look.model_copy(update={"low": 0.2, "high": 1.4})) == (0.2, 1.4)


def _shown(world: World, width: int) -> str:
    out = Console(file=StringIO(), width=width, highlight=False)
    out.print(page(world.config, view_canary.last_canary(world.read()), world.now, out))
    assert isinstance(out.file, StringIO)
    return out.file.getvalue()


def test_without_a_canary_the_page_says_how_to_get_one(world: World) -> None:
    assert " ".join(_shown(world, 80).split()) == NONE_YET


def test_a_page_fits_80_columns_and_keeps_what_alerts_and_people_write_as_it_is(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=12)
    world.fire("Down[/red]")
    world.step(autopilot)
    lines = _shown(world, 80).splitlines()
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert "Canary cycle-1: held" in text
    assert "Down[/red] fires: it is down" in text
    assert "verdict  undecided" in text


def test_a_canary_that_nobody_watches_says_since_when(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=12)
    world.now += 60
    text = " ".join(_shown(world, 100).split())
    assert "Canary cycle-1: lapsed" in text
    assert "control 0.6; now all on control values" in text
    assert "lease ran out 47 s ago, at 1970-01-12" in text  # 15 s after a look that was 2 s old


def test_an_ended_canary_gives_its_reason_once(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    end = world.to_end(autopilot)
    text = _shown(world, 1000)
    assert text.count(end.reason) == 1
    assert "because" not in text


def test_a_look_that_saw_nothing_yet_is_no_error(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot)
    waiting = LOOKED.model_copy(update={"kpi": "conversion", "harm_needed": math.inf})
    look = ev.CanaryLooked(cycle=1, look=1, verdict="undecided", reasons=(), kpis=(waiting,), expires_at=world.now + 9)
    autopilot.journal.append(look, at=world.now, expected=autopilot.state.seq, actor="autopilot")
    assert NOTHING in _shown(world, 80)
    seen = view_canary.last_canary(world.read())
    assert seen is not None
    assert marks(configuration(), seen, "gone") == []
