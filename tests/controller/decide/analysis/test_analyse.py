"""All KPIs: texts for people, findings for programs, and what stands against a change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from controller.decide.analysis.analyse import analyse
from controller.decide.analysis.finding import FindingKind
from controller.decide.analysis.level import Aims
from controller.model import Level, Role
from exporter.metric import Direction
from tests.controller.decide.analysis.courses import course, item
from tests.controller.decide.series import noise

PRIMARY = item(name="sales")
RAIL = item(Role.GUARDRAIL, Direction.LOWER, name="delay", band=(0.0, 0.5))


def _level(kpi: str, value: float | None, content: str = "number") -> Level:
    return Level(kpi, content, value)


def test_levels_are_told_with_those_of_the_window_before() -> None:
    found = analyse((PRIMARY, RAIL), (_level("sales", 0.5), _level("delay", 0.2)), (_level("sales", 0.4),))
    assert found.texts == ("sales is 0.5, 0.4 in the window before", "delay is 0.2")
    assert found.blocked is None


def test_a_level_outside_its_band_is_told_and_worth_a_change() -> None:
    assert analyse((RAIL,), (_level("delay", 0.7),), ()).texts == (
        "delay is 0.7, outside its band [0, 0.5]",
        "worth a change: delay",
    )


def test_a_primary_kpi_without_a_level_blocks_a_change_and_says_why() -> None:
    for levels, content in (((), "missing"), ((_level("sales", None, "nan"),), "nan")):
        found = analyse((PRIMARY,), levels, ())
        assert found.blocked is not None
        assert f"sales, the primary KPI, has no level over the analysis window ({content})" in found.blocked


def test_a_guardrail_without_a_level_is_told_and_blocks_nothing() -> None:
    found = analyse((RAIL,), (_level("delay", None, "empty"),), ())
    assert found.texts == ("delay: no level to be seen (empty)",)
    assert [item.kind for item in found.findings] == [FindingKind.QUALITY]
    assert found.blocked is None


def test_only_what_matters_is_in_the_text_and_everything_in_the_findings() -> None:
    rng = np.random.default_rng(5)
    falling = 0.5 - 0.2 * np.linspace(0, 1, 240) + 0.01 * noise(rng, 240)
    found = analyse(
        (PRIMARY, replace(RAIL, kpi=replace(RAIL.kpi, band=None))),
        (_level("sales", 0.4), _level("delay", 0.2)),
        (),
        (course(falling, kpi="sales"), course(0.2 + 0.01 * noise(rng, 240), kpi="delay")),
        Aims(goal=0.6),
    )
    sales, delay, worth = found.texts
    assert sales.startswith("sales is 0.4 +- 0.0")
    assert "falls by 0.2 over the window, the wrong way (99.9 % sure)" in sales
    assert "outside its goal 0.6 (99.9 % sure)" in sales
    assert delay.startswith("delay is 0.2 +- 0.0")
    assert "trend" not in delay
    assert worth == "worth a change: sales"
    kinds = [item.kind for item in found.findings if item.kpi == "delay"]
    assert kinds == [FindingKind.LEVEL, FindingKind.TREND, FindingKind.SEASON]
    assert found.findings[-1].kind is FindingKind.OPPORTUNITY
    assert all(0 <= item.confidence <= 1 for item in found.findings)
