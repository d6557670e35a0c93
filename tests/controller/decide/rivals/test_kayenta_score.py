"""The score counts passes per group, and vetoes."""

from __future__ import annotations

import pytest

from controller.decide.rivals.kayenta_metric import Label
from controller.decide.rivals.kayenta_score import Scored, score

PASS, HIGH, NODATA = Scored(Label.PASS), Scored(Label.HIGH), Scored(Label.NODATA)


@pytest.mark.parametrize(
    ("metrics", "wanted"),
    [
        ((PASS, PASS, PASS), 100.0),
        ((PASS, PASS, HIGH), 66.67),
        ((PASS, PASS, NODATA), 100.0),
        ((PASS, NODATA), 0.0),
        ((PASS, PASS, Scored(Label.NODATA_FAIL)), 66.67),
        ((PASS, Scored(Label.ERROR), HIGH), 50.0),
        ((Scored(Label.ERROR),), 100.0),
        ((PASS, PASS, PASS, Scored(Label.LOW, critical=True)), 0.0),
        ((PASS, PASS, PASS, Scored(Label.NODATA, critical=True)), 0.0),
        ((PASS, Scored(Label.HIGH, critical=True, muted=True)), 100.0),
    ],
)
def test_one_group(metrics: tuple[Scored, ...], wanted: float) -> None:
    assert score(metrics, {}) == wanted


def test_groups_share_what_the_named_weights_leave() -> None:
    metrics = (
        Scored(Label.HIGH, group="errors"),
        Scored(Label.PASS, group="latency"),
        Scored(Label.HIGH, group="latency"),
        Scored(Label.PASS, group="saturation"),
    )
    assert score(metrics, {"errors": 60}) == 0 + 20 * 0.5 + 20
    assert score(metrics, {}) == pytest.approx(50.0)
    assert score(metrics, {"errors": 60, "latency": 30, "saturation": 10}) == 25.0


def test_a_group_without_data_counts_as_full() -> None:
    metrics = (Scored(Label.NODATA, group="a"), Scored(Label.PASS, group="b"), Scored(Label.HIGH, group="b"))
    assert score(metrics, {}) == 75.0
