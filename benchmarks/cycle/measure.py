"""Whole cycles of the example service on a real Prometheus, and the seconds that the controller worked in them."""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.desk.ask import CycleAnswer
from controller.journal import event as ev
from controller.place import Place
from controller.process import Process
from controller.stack.layout import Layout
from exporter.endpoints import Endpoints
from exporter.parameters import Values
from tests.stack.shop import Shop, backfill, open_shop

HISTORY = 290  # seconds of the service's past, so that its first canary need not wait for it
JOIN = 3.0  # seconds after which the live series have joined that past


@dataclass(frozen=True)
class Cost:
    """One cycle.

    Attributes:
        asked: what was canaried; None for a proposal of the autopilot's own.
        outcome: how it ended.
        seconds: from its request to its end.
        looks: at its canary.
        steps: of the controller, and queries of these.
        queries: to Prometheus.
        work: seconds in steps, by phase; queries are part of them.
        waited: seconds of these in queries, waiting for Prometheus.
        cpu: seconds of processor time of the controller, its threads included.
    """

    asked: Values | None
    outcome: str
    seconds: float
    looks: int
    steps: int
    queries: int
    work: dict[str, float]
    waited: float
    cpu: float

    @property
    def busy(self) -> float:
        """Seconds in which the controller was at work."""
        return sum(self.work.values())


def _totals(registry: CollectorRegistry, name: str) -> dict[str, tuple[float, float]]:
    """Return count and sum of a histogram, by phase; "" where it has none."""
    found: dict[str, list[float]] = {}
    for family in registry.collect():
        for sample in family.samples:
            if sample.name in (f"{name}_count", f"{name}_sum"):
                pair = found.setdefault(sample.labels.get("phase", ""), [0.0, 0.0])
                pair[sample.name.endswith("_sum")] += sample.value
    return {phase: (count, total) for phase, (count, total) in found.items()}


class _Meter:
    """Reads a controller's own metrics, which count from its start."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._steps = _totals(registry, "vvtv_autopilot_step_duration_seconds")
        self._queries = _totals(registry, "vvtv_autopilot_promql_duration_seconds")
        self._cpu = time.process_time()
        self._began = time.monotonic()

    def read(self, asked: Values | None, outcome: str, looks: int) -> Cost:
        """Return what was done since this meter was made."""
        steps = _totals(self._registry, "vvtv_autopilot_step_duration_seconds")
        queries = _totals(self._registry, "vvtv_autopilot_promql_duration_seconds")
        since = {
            phase: (count - self._steps.get(phase, (0, 0))[0], total - self._steps.get(phase, (0, 0))[1])
            for phase, (count, total) in steps.items()
        }
        asked_for = sum(count for count, _ in queries.values()) - sum(count for count, _ in self._queries.values())
        waited = sum(total for _, total in queries.values()) - sum(total for _, total in self._queries.values())
        return Cost(
            asked=asked,
            outcome=outcome,
            seconds=time.monotonic() - self._began,
            looks=looks,
            steps=int(sum(count for count, _ in since.values())),
            queries=int(asked_for),
            work={phase: total for phase, (_, total) in since.items() if total > 0},
            waited=waited,
            cpu=time.process_time() - self._cpu,
        )


def _cycle(process: Process, registry: CollectorRegistry, asked: Values | None) -> Cost:
    meter = _Meter(registry)
    request = process.journal.submit(ev.CycleRequested(forced=asked, reason="measured"), at=Clock().now(), actor="us")
    answer, end, looks = CycleAnswer(request.seq), "", 0
    while not end:
        time.sleep(0.05)
        events = process.journal.read(after=request.seq)
        looks = sum(isinstance(event.payload, ev.CanaryLooked) for event in events)
        end = next((found.outcome for event in events if (found := answer(event)) is not None), "")
    time.sleep(0.2)  # the step that ended it is counted when it is over
    return meter.read(asked, end, looks)


def measure(cycles: tuple[Values | None, ...]) -> tuple[Cost, ...]:
    """Run cycles, one after the other, and return what each cost. Raises UnavailableError without a Prometheus."""
    with tempfile.TemporaryDirectory() as folder:

        def before(layout: Layout, endpoints: Endpoints) -> None:
            backfill(layout, endpoints, int(Clock().now()), HISTORY)

        with open_shop(Path(folder), before=before) as shop:
            time.sleep(JOIN)
            return _measured(shop, cycles)


def _measured(shop: Shop, cycles: tuple[Values | None, ...]) -> tuple[Cost, ...]:
    registry, config = CollectorRegistry(), read_config(shop.layout.autopilot)
    place = Place(shop.layout.controller, shop.layout.live_parameters)
    with Process(config, place, clock=Clock(), log=lambda _entry: None, registry=registry) as process:
        stepping = threading.Thread(target=process.run)
        stepping.start()
        try:
            return tuple(_cycle(process, registry, asked) for asked in cycles)
        finally:
            process.stop.set()
            stepping.join()
