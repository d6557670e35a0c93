"""condition: bands of the catalog as conditions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alertmanager.condition import finite, lower, no_data, out_of_band, upper
from exporter.catalog.curator import BUDGET_KPI
from exporter.catalog.hd_detection import SLOW_RATE_KPI
from exporter.catalog.planner import ENTROPY_KPI, NOVELTY_KPI
from exporter.metric import Direction, Selector
from exporter.timing import PRODUCTION, Timing


def test_only_the_bad_side_of_a_band_is_watched() -> None:
    entropy = out_of_band(ENTROPY_KPI, PRODUCTION, 120, ("variant",))
    assert entropy == "max by (variant) (max_over_time(vvtv_selection_entropy_ratio[120s])) < 0.3"
    budget = out_of_band(BUDGET_KPI, PRODUCTION, 120, ("instance",))
    assert budget == "min by (instance) (min_over_time(vvtv_curator_apply_budget_used_ratio[120s])) > 0.9"


def test_a_band_with_two_edges_is_watched_on_both() -> None:
    kpi = replace(NOVELTY_KPI, band=(0.1, 0.7))
    both = out_of_band(kpi, PRODUCTION, 60, ("variant",))
    assert "< 0.1 or min" in both
    assert both.endswith("> 0.7")


def test_an_edge_at_zero_cannot_be_crossed_and_is_left_out() -> None:
    assert "<" not in out_of_band(NOVELTY_KPI, PRODUCTION, 60, ("variant",))
    with pytest.raises(ValueError, match="can never be left"):
        out_of_band(replace(NOVELTY_KPI, band=(0.0, 1.0), direction=Direction.HIGHER), PRODUCTION, 60, ("variant",))


def test_a_kpi_without_band_or_gauge_is_refused() -> None:
    bare = replace(ENTROPY_KPI, band=None)
    for function in (lower, upper):
        with pytest.raises(ValueError, match="selection_entropy: an alert needs a band"):
            function(bare)
    with pytest.raises(TypeError, match="hd_detection_slow_rate is not a gauge"):
        out_of_band(SLOW_RATE_KPI, PRODUCTION, 60, ())


def test_subqueries_step_by_scrapes_and_stay_small() -> None:
    assert finite("avg_over_time", Selector("x"), Timing(1, 1, 0.02), 300) == "avg_over_time((x >= 0)[6s:1s])"
    day = finite("quantile_over_time", Selector("x"), PRODUCTION, 86_400, argument="0.5, ")
    assert day == "quantile_over_time(0.5, (x >= 0)[86400s:288s])"


def test_absence_is_told_with_the_kpis_name() -> None:
    assert '"kpi", "selection_entropy"' in no_data(ENTROPY_KPI, PRODUCTION, 300, job="vvtv")
