"""The example service of `examples/checkout` beside a real Prometheus, as its README says, on free ports."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from controller.stack.checkout import checkout
from controller.stack.layout import Layout
from controller.stack.plan import ProcessSpec
from controller.stack.ports import free_endpoints
from controller.stack.running import RunningStack, running_stack
from controller.stack.servers import find_servers
from exporter.endpoints import Endpoints

EXAMPLE = checkout() / "examples" / "checkout"
VVTVCTL = (sys.executable, "-m", "controller.cli.main")
VISITORS = {"canary": 80, "baseline": 80, "control": 240}  # a second


@dataclass(frozen=True)
class Shop:
    """The running example, and where everything of it is."""

    stack: RunningStack
    layout: Layout
    endpoints: Endpoints


def _configure(layout: Layout, endpoints: Endpoints, changes: dict[str, str]) -> None:
    for folder in layout.folders():
        folder.mkdir()
    for name, target, replaced in (
        ("prometheus.yml", layout.prometheus_config, {"127.0.0.1:9480": endpoints.address("service")}),
        ("autopilot.yaml", layout.autopilot, {"http://127.0.0.1:9490": endpoints.url("prometheus"), **changes}),
    ):
        text = (EXAMPLE / name).read_text(encoding="utf-8")
        for old, new in replaced.items():
            assert old in text
            text = text.replace(old, new)
        target.write_text(text, encoding="utf-8")
    for name in ("golden.yaml", "page.py"):  # named in autopilot.yaml, relative to it
        shutil.copy(EXAMPLE / name, layout.autopilot.parent / name)


def _specs(layout: Layout, endpoints: Endpoints, *, controller: bool) -> list[ProcessSpec]:
    live = ("--parameters", str(layout.live_parameters))
    prometheus = (
        f"--config.file={layout.prometheus_config}",
        f"--storage.tsdb.path={layout.prometheus}",
        f"--web.listen-address={endpoints.address('prometheus')}",
        "--log.level=warn",
    )
    service = (*live, "--port", str(endpoints.service))
    command = (sys.executable, str(EXAMPLE / "service.py"))
    specs = [
        ProcessSpec("service", command, service, endpoints.service, "/metrics"),
        ProcessSpec("prometheus", (str(find_servers().prometheus),), prometheus, endpoints.prometheus, "/-/ready"),
    ]
    if controller:
        where = ("--config", str(layout.autopilot), "--state", str(layout.controller), *live)
        arguments = ("controller", "run", *where, "--port", str(endpoints.controller))
        specs.append(ProcessSpec("controller", VVTVCTL, arguments, endpoints.controller, "/readyz"))
    return specs


def backfill(layout: Layout, endpoints: Endpoints, end: int, seconds: int) -> None:
    """Write some seconds of the service's metrics, with equal arms, as if it had run until `end`."""
    rng = np.random.default_rng(1)
    families: dict[str, list[str]] = {"visitors counter": [], "orders counter": [], "basket_value gauge": []}
    render: list[str] = []
    for arm, visitors in VISITORS.items():
        labels = f'job="checkout",instance="{endpoints.address("service")}",variant="{arm}"'
        orders = np.cumsum(rng.binomial(visitors, 0.235, seconds))
        seen = visitors * np.arange(1, seconds + 1)
        total = np.cumsum(rng.normal(0.09 * visitors, 0.01 * np.sqrt(visitors), seconds))
        for index in range(seconds):
            at = end - seconds + index
            families["visitors counter"].append(f"checkout_visitors_total{{{labels}}} {seen[index]} {at}")
            families["orders counter"].append(f"checkout_orders_total{{{labels}}} {orders[index]} {at}")
            families["basket_value gauge"].append(f"checkout_basket_value{{{labels}}} {rng.normal(50, 1)} {at}")
            render += [f"checkout_render_seconds_count{{{labels}}} {seen[index]} {at}"]
            render += [f"checkout_render_seconds_sum{{{labels}}} {total[index]} {at}"]
            render += [f'checkout_render_seconds_bucket{{{labels},le="+Inf"}} {seen[index]} {at}']
    families["render_seconds histogram"] = render
    lines = [line for name, found in families.items() for line in (f"# TYPE checkout_{name}", *found)]
    samples = layout.root / "samples.txt"
    samples.write_text("\n".join([*lines, "# EOF"]) + "\n", encoding="utf-8")
    command = (str(find_servers().promtool), "tsdb", "create-blocks-from", "openmetrics", str(samples))
    subprocess.run((*command, str(layout.prometheus)), check=True, capture_output=True)


@contextmanager
def open_shop(
    folder: Path,
    *,
    controller: bool = False,
    changes: dict[str, str] | None = None,
    before: Callable[[Layout, Endpoints], None] = lambda _layout, _endpoints: None,
) -> Iterator[Shop]:
    """Start the example and stop it whatever happens.

    Args:
        folder: for everything.
        controller: whether a controller runs beside it.
        changes: texts of autopilot.yaml to replace.
        before: called before anything starts.
    """
    endpoints, layout = free_endpoints(), Layout(folder / "state")
    _configure(layout, endpoints, changes or {})
    before(layout, endpoints)
    with running_stack(_specs(layout, endpoints, controller=controller), layout.logs) as stack:
        yield Shop(stack, layout, endpoints)
