"""What is recorded is what the registry held; families are contiguous and times ascend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from components.openmetrics import Recorder

LABELS = {"job": "j", "instance": 'quote " and \\ and\nline'}


def test_every_sample_is_read_back_with_its_time_and_labels(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    plays = Counter("plays_total", "Plays,\nended.", ["arm"], registry=registry)
    level = Gauge("level", "Level.", registry=registry)
    seconds = Histogram("seconds", "Time.", registry=registry, buckets=(0.5, 2.0))
    plays.labels("a")
    recorder = Recorder(registry, LABELS)
    for now in (100, 160, 220):
        plays.labels("a").inc(now)
        level.set(now / 7)
        seconds.observe(now / 100)
        recorder.record(now)
    (path,) = recorder.write(tmp_path / "made")
    lines = path.read_text().splitlines()
    # The parser loses the later samples of a histogram with several times, so it is given one time after the other.
    found = {}
    for now in (100, 160, 220):
        text = "\n".join(line for line in lines if line.startswith("#") or line.endswith(f" {now}"))
        families = {family.name: family for family in parse_openmetrics(text + "\n")}
        assert families["plays"].type == "counter"
        assert families["plays"].documentation == "Plays,\nended."
        for sample in (sample for family in families.values() for sample in family.samples):
            assert sample.labels.items() >= LABELS.items()
            assert float(str(sample.timestamp)) == now
            found[sample.name, sample.labels.get("le"), now] = sample.value
    assert [found["plays_total", None, now] for now in (100, 160, 220)] == [100, 260, 480]
    assert found["level", None, 160] == 160 / 7
    assert [found["seconds_bucket", le, 220] for le in ("0.5", "2.0", "+Inf")] == [0, 2, 3]
    assert found["seconds_sum", None, 220] == pytest.approx(4.8)
    assert len(found) == 3 * (1 + 1 + 5)
    histogram = [int(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("seconds_")]
    assert histogram == [100] * 5 + [160] * 5 + [220] * 5


def parse_openmetrics(text: str) -> Iterator[Metric]:
    return text_string_to_metric_families(text)  # type: ignore[no-untyped-call,no-any-return]


def test_there_is_one_file_per_two_hours(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    Gauge("g", "g", registry=registry)
    recorder = Recorder(registry, {})
    for now in (7199, 7200, 14_399, 14_400, 50_000):
        recorder.record(now)
    paths = recorder.write(tmp_path)
    assert [path.name for path in paths] == [f"history-{t}.om" for t in (0, 7200, 14_400, 43_200)]
    assert [path.read_text().count("\ng{}") for path in paths] == [1, 2, 1, 1]
    assert all(path.read_text().endswith("# EOF\n") for path in paths)


def test_numbers_that_are_not_finite_are_written_as_openmetrics_says(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    gauge = Gauge("g", "g", registry=registry)
    recorder = Recorder(registry, {})
    for now, value in enumerate((float("inf"), float("-inf"), float("nan"))):
        gauge.set(value)
        recorder.record(now)
    text = recorder.write(tmp_path)[0].read_text()
    assert [line.split()[1] for line in text.splitlines() if line.startswith("g{")] == ["+Inf", "-Inf", "NaN"]


def test_time_must_ascend_and_series_must_stay() -> None:
    registry = CollectorRegistry()
    plays = Counter("plays_total", "p", ["arm"], registry=registry)
    plays.labels("a")
    recorder = Recorder(registry, {})
    recorder.record(10)
    with pytest.raises(ValueError, match="not after"):
        recorder.record(10)
    plays.labels("b")
    with pytest.raises(ValueError, match="appeared"):
        recorder.record(11)
