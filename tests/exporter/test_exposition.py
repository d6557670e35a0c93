"""The scraper's Accept header chooses the format; both formats can be read back."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from exporter.exposition import render

HOSTILE = 'a"b\\c\nd{}\u00fc'


@pytest.fixture
def registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    Counter("calls_total", "Calls.", ("who",), registry=registry).labels(HOSTILE).inc(2)
    return registry


@pytest.mark.parametrize("accept", ["", "text/plain", "*/*", "nonsense"])
def test_text_is_the_answer_unless_openmetrics_is_asked_for(registry: CollectorRegistry, accept: str) -> None:
    content_type, body = render(registry, accept)
    assert content_type.startswith("text/plain; version=")
    (family,) = parse_text(body.decode())
    assert [(sample.labels["who"], sample.value) for sample in family.samples] == [(HOSTILE, 2)]


def test_openmetrics_is_the_answer_to_what_prometheus_asks(registry: CollectorRegistry) -> None:
    content_type, body = render(registry, "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5")
    assert content_type.startswith("application/openmetrics-text; version=1.0.0")
    assert body.endswith(b"# EOF\n")
    (family,) = parse_openmetrics(body.decode())  # type: ignore[no-untyped-call]  # the library has no types here
    assert [(sample.labels["who"], sample.value) for sample in family.samples] == [(HOSTILE, 2)]
