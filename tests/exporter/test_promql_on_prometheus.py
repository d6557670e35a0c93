"""Every query runs on a real Prometheus, and hostile label values find their series and no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from exporter import promql
from exporter.metric import Selector
from tests.exporter.test_promql import HOSTILE, queries
from tests.prometheus import running_prometheus

AT = 1_700_000_000

pytestmark = pytest.mark.stack


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    series = [f'hostile{{value="{_escaped(value)}",number="{i}"}} {i} {AT}\n' for i, value in enumerate(HOSTILE)]
    samples = "# TYPE hostile gauge\n" + "".join(series)
    with running_prometheus(tmp_path_factory.mktemp("prometheus"), samples) as url:
        yield url


def _ask(address: str, query: str) -> tuple[int, dict[str, Any]]:
    reply = requests.post(f"{address}/api/v1/query", data={"query": query, "time": AT}, timeout=10)
    return reply.status_code, reply.json()


def test_prometheus_runs_every_query(address: str) -> None:
    said = {query: _ask(address, query) for query in queries()}
    assert len(said) > 100
    assert {query: body for query, (status, body) in said.items() if status != 200} == {}


@pytest.mark.parametrize("number", range(len(HOSTILE)), ids=lambda i: ascii(HOSTILE[i]))
def test_a_hostile_label_value_finds_its_series_and_no_other(address: str, number: int) -> None:
    status, body = _ask(address, promql.select(Selector("hostile", (("value", HOSTILE[number]),))))
    assert status == 200, body
    assert [series["metric"]["number"] for series in body["data"]["result"]] == [str(number)]


@pytest.mark.parametrize(("seconds", "milliseconds"), [(90, 90_000), (1.5, 1500), (0.25, 250), (1e-9, 1)])
def test_prometheus_reads_durations_as_they_are_meant(address: str, seconds: float, milliseconds: int) -> None:
    reply = requests.get(
        f"{address}/api/v1/format_query", params={"query": f"up[{promql.duration(seconds)}]"}, timeout=10
    )
    whole, rest = divmod(milliseconds, 1000)
    minutes, whole = divmod(whole, 60)
    parts = ((minutes, "m"), (whole, "s"), (rest, "ms"))
    assert reply.json()["data"] == f"up[{''.join(f'{n}{unit}' for n, unit in parts if n)}]"
