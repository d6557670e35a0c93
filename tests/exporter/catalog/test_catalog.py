"""What must hold for every metric and KPI that we ship."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import exporter.catalog
from exporter import names
from exporter.catalog import CATALOG, Catalog
from exporter.metric import (
    GaugeReading,
    Kind,
    Kpi,
    MeanReading,
    Metric,
    RatioReading,
    Selector,
    ShareAboveReading,
)


def _selectors(kpi: Kpi) -> Iterator[tuple[Selector, Kind]]:
    """Return the selectors of a KPI, each with the kind of metric that its reading needs."""
    match kpi.reading:
        case GaugeReading(selector):
            yield selector, Kind.GAUGE
        case RatioReading(events, trials):
            yield events, Kind.COUNTER
            yield trials, Kind.COUNTER
        case MeanReading(histogram) | ShareAboveReading(histogram):
            yield histogram, Kind.HISTOGRAM


READ = [
    pytest.param(kpi, selector, kind, id=f"{kpi.name}-{i}")
    for kpi in CATALOG.kpis
    for i, (selector, kind) in enumerate(_selectors(kpi))
]


def test_the_catalog_holds_every_module_of_its_folder() -> None:
    modules = {path.stem for path in Path(exporter.catalog.__file__).parent.glob("*.py")} - {"__init__"}
    assert {metric.component for metric in CATALOG.metrics} == modules


def test_every_name_stands_once() -> None:
    assert len({metric.name for metric in CATALOG.metrics}) == len(CATALOG.metrics)
    assert len({kpi.name for kpi in CATALOG.kpis}) == len(CATALOG.kpis)


def test_no_metric_takes_a_name_that_a_histogram_makes() -> None:
    made = {
        f"{m.name}{end}" for m in CATALOG.metrics if m.kind is Kind.HISTOGRAM for end in ("_bucket", "_sum", "_count")
    }
    assert not made & {metric.name for metric in CATALOG.metrics}


def test_a_catalog_with_a_name_twice_is_refused() -> None:
    one = Catalog(CATALOG.metrics[:1], ())
    with pytest.raises(ValueError, match="stands in the catalog twice"):
        _ = one + one
    kpi = Catalog((), CATALOG.kpis[:1])
    with pytest.raises(ValueError, match=r"KPI .* twice"):
        _ = kpi + kpi


def test_the_catalog_finds_by_name_and_component() -> None:
    metric, kpi = CATALOG.metrics[-1], CATALOG.kpis[-1]
    assert CATALOG.metric(metric.name) is metric
    assert CATALOG.kpi(kpi.name) is kpi
    assert metric in CATALOG.component(metric.component)
    assert not CATALOG.component("nobody")
    with pytest.raises(KeyError):
        CATALOG.metric("vvtv_nothing")
    with pytest.raises(KeyError):
        CATALOG.kpi("nothing")


@pytest.mark.parametrize("metric", CATALOG.metrics, ids=lambda metric: metric.name)
def test_every_metric_says_what_it_is(metric: Metric) -> None:
    assert metric.name.startswith("vvtv_")
    assert metric.help.endswith(".")
    assert metric.kind is not Kind.STATESET or metric.labels[-1] in metric.values
    assert all(len(set(values)) == len(values) > 0 for values in metric.values.values())
    if metric.judged:
        assert metric.values[names.VARIANT] == names.ARMS


@pytest.mark.parametrize(("kpi", "selector", "kind"), READ)
def test_every_reading_refers_to_a_metric_of_the_right_kind_and_to_label_values_that_it_has(
    kpi: Kpi, selector: Selector, kind: Kind
) -> None:
    metric = CATALOG.metric(selector.metric)
    assert metric.kind is kind
    for label, value in selector.matches:
        assert value in metric.values[label]
    assert metric.judged or not kpi.judged


@pytest.mark.parametrize("kpi", CATALOG.kpis, ids=lambda kpi: kpi.name)
def test_every_kpi_can_be_judged_by_its_numbers(kpi: Kpi) -> None:
    assert kpi.margin > 0
    assert kpi.band is None or kpi.band[0] < kpi.band[1]
    assert set(kpi.comparison) <= set(names.ARMS) - {names.CANARY}
    assert kpi.comparison


SHARES = [kpi for kpi in CATALOG.kpis if isinstance(kpi.reading, ShareAboveReading)]


@pytest.mark.parametrize("kpi", SHARES, ids=lambda kpi: kpi.name)
def test_every_bound_is_a_bucket_as_its_le_label_says_it(kpi: Kpi) -> None:
    assert isinstance(kpi.reading, ShareAboveReading)
    buckets = CATALOG.metric(kpi.reading.histogram.metric).buckets
    assert kpi.reading.bound in {str(float(bucket)) for bucket in buckets}
