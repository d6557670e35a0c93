"""docs/simulation.md: its example runs, and it tells of every attribute, figure, fault, proposer and builtin plant."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from controller.cli.autopilot.simulate_page import MEANS
from controller.trials.simulation.faults import PRESETS, Faults
from controller.trials.simulation.load import maker
from controller.trials.simulation.plant import NEEDED
from controller.trials.simulation.plants import BUILTIN, DEFAULT, NOISE
from controller.trials.simulation.plants.shape import SHAPES
from controller.trials.simulation.proposers import PROPOSERS
from controller.trials.simulation.seeds import Job, play
from controller.trials.simulation.setting import Setting
from controller.trials.simulation.summary import FIGURES
from tests.docs import pages

PAGE = pages.read(pages.DOCS / "simulation.md")
(EXAMPLE,) = pages.blocks(PAGE, "python")


def firsts(column: str) -> list[str]:
    """Return the code in the first cells of the table that is headed like this."""
    return [name for row in pages.rows(PAGE, column) for name in pages.inline(row[0])]


@pytest.fixture
def spec(tmp_path: Path) -> str:
    """Return the page's example, saved as the page says."""
    path = tmp_path / "shop.py"
    path.write_text(EXAMPLE)
    assert "`--plant shop.py:Shop`" in PAGE
    return f"{path}:Shop"


def test_the_example_runs_and_is_as_short_as_promised(spec: str) -> None:
    lines = [line for line in EXAMPLE.splitlines() if line.strip()]
    assert len(lines) <= 15
    (played,) = play(Job(spec, "random", Setting(days=10)), [1], 1)
    assert played.primary == "revenue"
    assert played.result.canaries == 20
    assert played.result.regret is not None


@pytest.mark.parametrize("seed", range(3))
def test_the_examples_best_is_the_best_safe_value(spec: str, seed: int) -> None:
    plant = maker(spec)(seed)
    grid = [plant.response({"price": p / 20, "images": i / 20}, 0.0) for p in range(20, 181) for i in range(241)]
    assert plant.best(0.0) == pytest.approx(max(one["revenue"] for one in grid if plant.safe(one)))
    assert any(not plant.safe(one) for one in grid)


def test_every_attribute_of_a_plant_stands_there() -> None:
    assert [name.partition("(")[0] for name in firsts("attribute")] == list(NEEDED)


def test_every_figure_is_explained_there_and_on_the_page_of_the_command() -> None:
    assert firsts("figure") == list(FIGURES)
    assert list(MEANS) == list(FIGURES)


def test_every_fault_stands_there_with_its_chance() -> None:
    assert set(firsts("fault")) == set(asdict(Faults()))
    for name in ("some", "many"):
        (chance,) = set(asdict(PRESETS[name]).values())
        assert f"{chance:.0%}".replace("%", " %") in PAGE


def test_every_proposer_stands_there_and_in_the_options_row() -> None:
    assert set(firsts("proposer")) == set(PROPOSERS)
    (row,) = (
        row for row in pages.rows(pages.read(pages.DOCS / "cli.md"), "option") if pages.plain(row[0]) == "--proposer"
    )
    assert set(PROPOSERS) <= set(pages.inline(row[2]))


def test_the_builtin_plants_are_called_as_it_says() -> None:
    known = {f"{shape}-{count}-{noise}" for shape in SHAPES for count in (3, 5, 10) for noise in NOISE}
    assert known == set(BUILTIN)
    assert f"`builtin` alone is `{DEFAULT}`" in PAGE
    for word in (*SHAPES, *(f"{name}` ({size:g})" for name, size in NOISE.items())):
        assert f"`{word}" in PAGE
