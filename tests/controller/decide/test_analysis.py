"""Levels in words, and what stands against a change."""

from __future__ import annotations

from dataclasses import replace

from controller.decide.analysis import analyse
from controller.model import JudgedKpi, Level, Role
from tests.controller.decide.series import judged

PRIMARY = judged(name="sales")
_RAIL = judged(Role.GUARDRAIL, name="delay")
RAIL = JudgedKpi(replace(_RAIL.kpi, band=(0.0, 0.5)), _RAIL.role, _RAIL.margin)


def _level(kpi: str, value: float | None, content: str = "number") -> Level:
    return Level(kpi, content, value)


def test_levels_are_told_with_those_of_the_window_before() -> None:
    found = analyse((PRIMARY, RAIL), (_level("sales", 0.5), _level("delay", 0.2)), (_level("sales", 0.4),))
    assert found.findings == ("sales is 0.5, 0.4 in the window before", "delay is 0.2")
    assert found.blocked is None


def test_a_level_outside_its_band_is_told() -> None:
    (said,) = analyse((RAIL,), (_level("delay", 0.7),), ()).findings
    assert said == "delay is 0.7: outside its band [0, 0.5]"


def test_a_primary_kpi_without_a_level_blocks_a_change_and_says_why() -> None:
    for levels, content in (((), "missing"), ((_level("sales", None, "nan"),), "nan")):
        found = analyse((PRIMARY,), levels, ())
        assert found.blocked is not None
        assert f"sales, the primary KPI, has no level over the analysis window ({content})" in found.blocked


def test_a_guardrail_without_a_level_is_told_and_blocks_nothing() -> None:
    found = analyse((RAIL,), (_level("delay", None, "empty"),), ())
    assert found.findings == ("delay: no level to be seen (empty)",)
    assert found.blocked is None
