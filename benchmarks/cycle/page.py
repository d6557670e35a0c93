"""The page of the cycle's cost."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from benchmarks._measure import table
from benchmarks.cycle.measure import Cost
from exporter.parameter import shown

LIMIT = 2.0  # seconds that a cycle's own work may take

_INTRO = """# What a cycle costs the controller itself

    .venv/bin/python -m benchmarks.cycle       # about two minutes; writes this page

Whole cycles of the example service (`examples/checkout`: 3 KPIs, a look every second, a scrape every second) with a
real Prometheus on the same machine, from the request to the end. *Work* is the time of the controller's steps, from its
own metric `vvtv_autopilot_step_duration_seconds`: everything but the waiting between steps. The queries to Prometheus
are part of it, and shown beside it. *CPU* is processor time of the whole controller, its threads included. Work grows
when others use the machine, CPU hardly. The goal is less than {limit:g} s of work besides the canary's waiting.
"""


def written(costs: tuple[Cost, ...], cores: int) -> str:
    """Return the page."""
    header = ("cycle", "outcome", "lasted", "looks", "steps", "queries", "work", "of it queries", "CPU")
    rows = [(_asked(cost), *_numbers(cost)) for cost in costs]
    phases = sorted({phase for cost in costs for phase in cost.work})
    by_phase = [(_asked(cost), *(f"{cost.work.get(phase, 0.0):.3f}" for phase in phases)) for cost in costs]
    worst = max(cost.busy for cost in costs)
    system = f"{platform.system()}, Python {platform.python_version()}, {cores} cores, load {os.getloadavg()[0]:.1f}"
    verdict = "within" if worst < LIMIT else "beyond"
    return "\n".join(
        (
            _INTRO.format(limit=LIMIT),
            table(header, rows),
            "",
            f"The most that a cycle took is {worst:.2f} s of work: {verdict} the goal. Measured on {system}.",
            "",
            "Seconds of work by the phase that a step was in (`idle`: the steps between cycles, the start among them):",
            "",
            table(("cycle", *phases), by_phase),
            "",
        )
    )


def _asked(cost: Cost) -> str:
    if cost.asked is None:
        return "its own proposal"
    return ", ".join(f"{name} = {shown(value)}" for name, value in cost.asked.items())


def _numbers(cost: Cost) -> tuple[str, ...]:
    return (
        cost.outcome,
        f"{cost.seconds:.1f} s",
        str(cost.looks),
        str(cost.steps),
        str(cost.queries),
        f"{cost.busy:.2f} s",
        f"{cost.waited:.2f} s",
        f"{cost.cpu:.2f} s",
    )


def publish(folder: Path, costs: tuple[Cost, ...]) -> Path:
    """Write the page; return its path."""
    path = folder / "cycle.md"
    path.write_text(written(costs, os.cpu_count() or 1), encoding="utf-8")
    return path
