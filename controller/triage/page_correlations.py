"""What failures go with, as a section of the page: the claims, or how near the nearest came to be one."""

from __future__ import annotations

import math
from collections.abc import Iterator

from controller.counted import counted
from controller.duration import duration
from controller.report.markdown import table
from controller.triage.correlate import Association, Correlations
from controller.triage.safe import cell, safe


def correlations(found: Correlations) -> Iterator[str]:
    """Yield the section's lines."""
    yield "## What failures go with"
    yield ""
    days = duration(max(0.0, found.until - found.since))
    if not found.tests:
        yield f"Nothing can be compared yet: {counted(found.cycles, 'cycle')} in {days}."
        return
    yield (
        f"{counted(found.tests, 'comparison')} over {days} and {counted(found.cycles, 'cycle')}; the chance of one "
        f"false claim or more is below {found.level:.0%}. That failures go with something does not say that it causes "
        "them."
    )
    yield ""
    if found.claims:
        head = ("failure", "goes with", "failures with it", "without it", "times as often", "p, corrected")
        yield from table(head, map(_claim, found.claims), cell)
        return
    if found.nearest is None:
        yield "Nothing can be claimed."
        return
    near = _claim(found.nearest)
    yield (
        f"Nothing can be claimed. Nearest comes {safe(near[0])} with {safe(near[1])}: {near[2]} with it, {near[3]} "
        f"without it (p = {near[5]}, corrected)."
    )


def _claim(one: Association) -> tuple[str, ...]:
    counts = one.table
    lift = "only then" if math.isinf(counts.lift) else f"{counts.lift:.1f}"
    return (
        one.failure.replace("_", " "),
        one.feature,
        f"{counts.a} of {counts.a + counts.b} {one.unit}",
        f"{counts.c} of {counts.c + counts.d}",
        lift,
        f"{one.p:.2g}",
    )
