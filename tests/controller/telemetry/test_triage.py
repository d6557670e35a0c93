"""What the last triage found, as metrics."""

from __future__ import annotations

import math

from prometheus_client import CollectorRegistry

from controller.journal import event as ev
from controller.journal.fold import fold
from controller.journal.state import State
from controller.telemetry.telemetry import Telemetry
from controller.triage.kinds import Category
from exporter.catalog.controller import FAILURE_CATEGORIES
from tests.controller.journal.events import events
from tests.controller.world import configuration


def shown(*found: ev.Payload) -> tuple[float, float]:
    """Return the patterns, and the failures of category canary."""
    registry = CollectorRegistry()
    Telemetry(configuration(), registry).show(fold(State(), events(*found)))
    patterns = registry.get_sample_value("vvtv_autopilot_triage_patterns")
    failures = registry.get_sample_value("vvtv_autopilot_triage_failures", {"category": "canary"})
    assert patterns is not None
    assert failures is not None
    return patterns, failures


def test_the_categories_are_those_of_the_metric() -> None:
    assert tuple(Category) == FAILURE_CATEGORIES


def test_there_is_no_value_before_the_first_triage() -> None:
    assert all(map(math.isnan, shown()))


def test_the_last_triage_counts() -> None:
    first = ev.JobDone(
        job="triage", trigger="schedule", ok=True, text="", details={"patterns": 1, "failures_canary": 4}
    )
    second = ev.JobDone(
        job="triage", trigger="schedule", ok=True, text="", details={"patterns": 0, "failures_canary": 2}
    )
    assert shown(first) == (1.0, 4.0)
    assert shown(first, second) == (0.0, 2.0)
