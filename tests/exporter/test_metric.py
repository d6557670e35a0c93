"""A metric that Prometheus would refuse, or accept and then mislead, cannot be made."""

from __future__ import annotations

import pytest

from exporter import names
from exporter.metric import Kind, Metric


def _metric(name: str = "requests_total", kind: Kind = Kind.COUNTER, **changes: object) -> Metric:
    return Metric(**{"name": name, "kind": kind, "help": "help", "component": "test", **changes})  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("name", ["", "1st_total", "a-b_total", "a b_total", "\u00e9_total", "a_total\n", 'a"_total'])
def test_a_name_that_prometheus_refuses_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a Prometheus name"):
        _metric(name)


@pytest.mark.parametrize("label", ["", "1st", "a-b", "__name__", "a b", "le:gal", "x\n"])
def test_a_label_that_prometheus_refuses_or_reserves_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="is not a Prometheus label name"):
        _metric(labels=(label,))


@pytest.mark.parametrize(("name", "kind"), [("requests", Kind.COUNTER), ("level_total", Kind.GAUGE)])
def test_total_stands_on_counters_and_only_there(name: str, kind: Kind) -> None:
    with pytest.raises(ValueError, match="a counter's name ends in _total"):
        _metric(name, kind)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "d_seconds", "kind": Kind.HISTOGRAM, "buckets": ()},
        {"name": "d_seconds", "kind": Kind.GAUGE, "buckets": (1.0,)},
    ],
)
def test_buckets_stand_on_histograms_and_only_there(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a histogram has buckets"):
        _metric(**changes)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("buckets", [(2.0, 1.0), (1.0, 1.0), (float("nan"),), (1.0, float("inf"))])
def test_buckets_must_be_finite_and_ascend(buckets: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="buckets must be finite and ascend"):
        _metric("d_seconds", Kind.HISTOGRAM, buckets=buckets)


def test_values_of_a_label_that_the_metric_lacks_are_refused() -> None:
    with pytest.raises(ValueError, match="values for unknown label 'colour'"):
        _metric(labels=("size",), values={"colour": ("red",)})


def test_a_label_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="a label stands twice"):
        _metric(labels=("size", "size"))


def test_a_metric_is_judged_when_it_tells_the_arms_apart() -> None:
    assert _metric(labels=(names.VARIANT,)).judged
    assert not _metric(labels=("size",)).judged
