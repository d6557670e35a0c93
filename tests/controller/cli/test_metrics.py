"""`vvtvctl metrics query`: expressions, and answers from a real Prometheus."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.adapters.clock import Clock
from controller.cli.metrics import expression
from controller.errors import ConfigError
from exporter.catalog import controller as catalog
from tests.controller.cli.terminal import Terminal
from tests.controller.world import configuration
from tests.prometheus import running_prometheus


def test_each_kind_of_metric_has_its_expression() -> None:
    config = configuration(prometheus={"selector": {"job": "shop"}})
    assert expression("conversion", config, "60s") == (
        'avg by (variant) (avg_over_time(shop_conversion{job="shop"}[60s]))'
    )
    cycles, seconds = catalog.CYCLES.name, catalog.PROMQL_DURATION.name
    assert expression(cycles, config, "60s") == f"sum by (outcome) (rate({cycles}[60s]))"
    assert expression(seconds, config, "60s") == (
        f"sum (rate({seconds}_sum[60s])) / (sum (rate({seconds}_count[60s])) > 0)"
    )
    assert expression(catalog.PAUSED.name, config, "60s") == f"avg ({catalog.PAUSED.name})"


def test_an_unknown_name_is_told_the_nearest_also_of_the_configuration_s_own() -> None:
    with pytest.raises(ConfigError, match="did you mean 'latency'"):
        expression("latncy", configuration(), "60s")
    with pytest.raises(ConfigError, match=r"KPIs are .*conversion, "):
        expression("zzzzzz", configuration(), "60s")


def _samples(now: float) -> str:
    lines = ["# TYPE shop_conversion gauge"]
    for arm, value in (("canary", 0.3), ("baseline", 0.2), ("control", 0.2)):
        lines += [f'shop_conversion{{variant="{arm}"}} {value} {at}' for at in range(int(now) - 600, int(now), 5)]
    return "\n".join(lines) + "\n"


@pytest.mark.stack
def test_what_prometheus_holds_is_shown_per_arm(terminal: Terminal, tmp_path: Path) -> None:
    with running_prometheus(tmp_path / "prometheus", _samples(Clock().now())) as url:
        terminal.config.write_text(terminal.config.read_text().replace("http://127.0.0.1:1", url))
        found = terminal.run("metrics", "query", "conversion", "--last", "5m", "--json", *terminal.place)
        shown = terminal.run("metrics", "query", "conversion", "--last", "5m", *terminal.place)
        nothing = terminal.run("metrics", "query", "latency", *terminal.place)
        nothing_json = terminal.run("metrics", "query", "latency", "--json", *terminal.place)
    assert (found.code, found.err) == (0, "")
    series = {item["labels"]["variant"]: item["values"] for item in found.json()["series"]}
    assert set(series) == {"canary", "baseline", "control"}
    assert set(series["canary"]) == {0.3}
    assert shown.code == 0
    assert "variant=canary" in shown.out
    assert "0.3" in shown.out
    assert (nothing.code, nothing_json.code) == (1, 1)
    assert "no data: latency has no sample in the last 1h" in nothing.err
    assert nothing_json.json()["series"] == []
