"""When alerts fired, from a real Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from controller.adapters.alert_history import STEP, alert_spans
from controller.adapters.prometheus import Prometheus
from controller.adapters.session import Connection
from controller.triage.spans import Span
from tests.prometheus import running_prometheus

T0 = 1_790_000_100.0 // STEP * STEP
FIRES = {"Down": (*range(6), *range(20, 23)), "Slow": (10,)}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    lines = ["# TYPE ALERTS gauge"]  # seen for five minutes, so 30 s early for one point alone
    for name, points in FIRES.items():
        for state, instance in (("firing", "a"), ("firing", "b"), ("pending", "c")):
            labels = f'alertname="{name}",alertstate="{state}",instance="{instance}"'
            lines += [f"ALERTS{{{labels}}} 1 {T0 + STEP * point - 30:.0f}" for point in points]
    with running_prometheus(tmp_path_factory.mktemp("prometheus"), "\n".join(lines) + "\n") as url:
        yield url


@pytest.mark.stack
def test_each_stretch_of_firing_is_a_span(address: str) -> None:
    with Prometheus(Connection(address)) as client:
        spans = alert_spans(client, T0 - 3600.0, T0 + 40 * STEP)
    assert spans == (
        Span("Down", T0, T0 + 5 * STEP),
        Span("Slow", T0 + 10 * STEP, T0 + 10 * STEP),
        Span("Down", T0 + 20 * STEP, T0 + 22 * STEP),
    )


@pytest.mark.stack
def test_no_alerts_are_no_spans(address: str) -> None:
    with Prometheus(Connection(address)) as client:
        assert alert_spans(client, T0 - 7200.0, T0 - 3600.0) == ()
