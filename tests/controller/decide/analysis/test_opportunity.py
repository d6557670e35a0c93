"""Which KPI comes first."""

from __future__ import annotations

import numpy as np

from controller.decide.analysis.level import Aims
from controller.decide.analysis.opportunity import opportunities
from controller.decide.analysis.study import Study, study
from controller.model import Role
from exporter.metric import Direction
from tests.controller.decide.analysis.courses import course, item
from tests.controller.decide.series import noise

COUNT = 240


def _study(name: str, level: float, slope: float = 0.0, limit: float | None = None, seed: int = 1) -> Study:
    judged = item(Role.GUARDRAIL, Direction.LOWER, name=name, limit=limit)
    values = level + slope * np.linspace(-0.5, 0.5, COUNT) + 0.01 * noise(np.random.default_rng(seed), COUNT)
    return study(judged, level, None, course(values, kpi=name), Aims())


def test_what_is_further_off_in_margins_comes_first() -> None:
    found = opportunities(
        [
            _study("fine", 1.0, limit=2.0),
            _study("little", 2.1, limit=2.0),
            _study("much", 3.0, limit=2.0),
            _study("rising", 1.0, slope=0.5),
        ]
    )
    assert [item.kpi for item in found] == ["much", "rising", "little"]
    assert found[0].text == "worth a change: outside its limit 2 by 1 (10 margins, 99.9 % sure)"
    assert found[1].text.startswith("worth a change: rises by 0.5 over the window (")


def test_falling_is_no_reason_where_lower_is_better() -> None:
    assert opportunities([_study("delay", 1.0, slope=-5.0)]) == ()


def test_what_rests_on_a_bare_level_comes_after_what_is_sure() -> None:
    bare = study(item(Role.GUARDRAIL, Direction.LOWER, name="bare", limit=2.0), 50.0, None, None, Aims())
    found = opportunities([bare, _study("little", 2.1, limit=2.0)])
    assert [item.kpi for item in found] == ["little", "bare"]
    assert found[1].text == "worth a change: outside its limit 2 by 48 (4.8e+02 margins)"
