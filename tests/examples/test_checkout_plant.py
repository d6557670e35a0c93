"""The plant of examples/checkout answers what its service does, and has the bounds of its configuration."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from prometheus_client import REGISTRY

from controller.adapters.config_file import read_config
from controller.trials.simulation.load import maker
from tests.docs.pages import ROOT

FOLDER = ROOT / "examples" / "checkout"
SPEC = f"{FOLDER / 'plant.py'}:make"
VISITORS = 20_000


def _service() -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location  # noqa: PLC0415 - only here

    spec = spec_from_file_location("checkout_service", FOLDER / "service.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def service() -> Iterator[ModuleType]:
    before = set(REGISTRY._collector_to_names)
    yield _service()
    for collector in set(REGISTRY._collector_to_names) - before:
        REGISTRY.unregister(collector)


class _Enough(Exception):  # noqa: N818 - not an error
    """The service has served enough visitors."""


def _served(service: ModuleType, monkeypatch: pytest.MonkeyPatch, arm: str, values: dict[str, float]) -> dict[str, Any]:
    """Let the service serve visitors with these values; return what it counted."""

    def enough(_: float) -> None:
        raise _Enough

    live = SimpleNamespace(
        refresh=lambda _: None,
        live=SimpleNamespace(arm_of=lambda _: arm),
        values=lambda *_: {**values, "layout": "list"},
    )
    monkeypatch.setattr(service.time, "sleep", enough)
    with pytest.raises(_Enough):
        service.serve(live, VISITORS / service.TICK, random.Random(1))  # noqa: S311 - visitors

    def read(name: str) -> float:
        found = REGISTRY.get_sample_value(name, {"variant": arm})
        assert found is not None
        return found

    visitors = read("checkout_visitors_total")
    return {
        "visitors": visitors,
        "conversion": 100 * read("checkout_orders_total") / visitors,
        "render_time": 1000 * read("checkout_render_seconds_sum") / read("checkout_render_seconds_count"),
    }


@pytest.mark.parametrize(("discount", "suggestions"), [(0.05, 6), (0.2, 4), (0.0, 0), (0.1, 12)])
def test_seed_0_is_the_service(
    service: ModuleType, monkeypatch: pytest.MonkeyPatch, discount: float, suggestions: int
) -> None:
    values = {"discount": discount, "suggestions": suggestions}
    found = _served(service, monkeypatch, f"{discount}-{suggestions}", values)
    wanted = maker(SPEC)(0).response(values, 3.0)
    assert found["visitors"] == pytest.approx(VISITORS, abs=1)
    assert found["conversion"] == pytest.approx(wanted["conversion"], abs=4 * 100 * math.sqrt(0.25 / VISITORS))
    assert found["render_time"] == pytest.approx(wanted["render_time"], abs=4 * 10 / math.sqrt(VISITORS))


def test_bounds_start_and_margin_are_those_of_the_configuration() -> None:
    config, plant = read_config(FOLDER / "autopilot.yaml"), maker(SPEC)(0)
    numbers = [spec for spec in config.specs.specs if spec.kind != "choice"]
    assert plant.bounds == {spec.name: (spec.low, spec.high) for spec in numbers}
    assert dict(plant.start) == {spec.name: spec.default for spec in numbers}
    assert plant.primary == config.kpis.primary
    margin = next(kpi.margin for kpi in config.metrics if kpi.name == "render_time")
    at_start = plant.response(plant.start, 0.0)["render_time"]
    assert plant.limits["render_time"] == pytest.approx(at_start + 1000 * margin)


def test_its_standard_error_is_that_of_2400_visitors_in_each_arm() -> None:
    plant = maker(SPEC)(0)
    share = plant.response(plant.start, 0.0)["conversion"] / 100
    assert plant.canary_se == pytest.approx(100 * math.sqrt(2 * share * (1 - share) / 2400), rel=0.05)


@pytest.mark.parametrize("seed", range(12))
def test_best_is_the_best_that_a_fine_grid_finds(seed: int) -> None:
    plant = maker(SPEC)(seed)
    grid = [plant.response({"discount": d / 100, "suggestions": s / 20}, 0.0) for d in range(21) for s in range(241)]
    found = max(one["conversion"] for one in grid if plant.safe(one))
    assert plant.best(0.0) == pytest.approx(found, abs=0.06)
    assert any(not plant.safe(one) for one in grid)


def test_the_readme_tells_of_it() -> None:
    assert "plant.py:make" in Path(FOLDER / "README.md").read_text()
