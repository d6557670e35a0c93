"""A real Prometheus for tests, alone, with samples that were written before it started."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from controller.stack.layout import Layout
from controller.stack.plan import plan
from controller.stack.ports import free_endpoints
from controller.stack.running import running_stack
from controller.stack.servers import find_servers


@contextmanager
def running_prometheus(folder: Path, openmetrics: str = "") -> Iterator[str]:
    """Start a Prometheus that scrapes nothing and holds the given samples; hand out its address.

    Args:
        folder: for its state.
        openmetrics: samples with timestamps, without the closing `# EOF`.
    """
    layout, servers, endpoints = Layout(folder), find_servers(), free_endpoints()
    for path in layout.folders():
        path.mkdir(parents=True, exist_ok=True)
    layout.prometheus_config.write_text("scrape_configs: []\n", encoding="utf-8")
    if openmetrics:
        samples = folder / "samples.txt"
        samples.write_text(openmetrics + "# EOF\n", encoding="utf-8")
        command: list[str | Path] = [
            servers.promtool,
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            samples,
            layout.prometheus,
        ]
        subprocess.run(command, check=True, capture_output=True)
    specs = [spec for spec in plan(endpoints, layout, servers) if spec.name == "prometheus"]
    with running_stack(specs, layout.logs):
        yield endpoints.url("prometheus")
