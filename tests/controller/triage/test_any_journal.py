"""Whatever a journal holds, in whatever order: triage reports it, and suggests bounds inside the hard ones only."""

from __future__ import annotations

import json
import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.cli.options import json_text
from controller.cycle.standing import standing
from controller.journal import event as ev
from controller.journal.event import Payload
from controller.journal.fold import fold
from controller.journal.state import State
from controller.triage.analyse import triage
from controller.triage.choose import adjustments
from controller.triage.document import document
from controller.triage.page import page
from controller.triage.report import Report
from exporter.parameter import Value
from tests.controller.casebook.past import PRIMARY, RAIL, kpi
from tests.controller.journal.events import events, payloads
from tests.controller.report.materials import config
from tests.controller.running import strict_json

CONFIG = config()
NUMBERS = {name: spec for name, spec in CONFIG.parameters.items() if spec.kind != "choice"}


def told(found: tuple[ev.Event, ...], now: float) -> Report:
    """Report a journal in both ways."""
    report = triage(CONFIG, found, now)
    assert page(report).startswith("# Triage of vvtv\n")
    strict_json(json_text(document(report)))
    return report


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(payloads(), max_size=14), st.integers(1, 4), st.floats(0, 4e9))
def test_any_events_in_any_order_are_reported(found: list[Payload], times: int, at: float) -> None:
    several = events(*(found * times), at=at, step=3600.0)
    report = told(several, at + 3600.0 * len(several))
    assert sum(report.by_category.values()) == len(report.failures)
    assert all(0.0 <= pattern.confidence <= 1.0 and pattern.count >= 3 for pattern in report.patterns)


def rollback(cycle: int, name: str, old: Value, new: Value) -> tuple[Payload, ...]:
    """Return a cycle whose canary did harm."""
    bad = kpi(RAIL, 0.2, 0.04, 100, verdict="rollback", reason="harm")
    return (
        ev.CycleStarted(cycle=cycle, trigger="schedule"),
        ev.Proposed(
            cycle=cycle, changes=(ev.Moved(parameter=name, old=old, new=new),), predicted=(), rationale="why not"
        ),
        ev.CanaryStarted(
            cycle=cycle, canary=f"cycle-{cycle}", version="v", planned=9, expires_at=9e9, detectable={PRIMARY: 0.1}
        ),
        ev.CanaryLooked(cycle=cycle, look=1, verdict="rollback", reasons=("harm",), kpis=(bad,), expires_at=9e9),
        ev.Decided(cycle=cycle, verdict="rollback", reasons=("harm",)),
        ev.CycleEnded(cycle=cycle, outcome="rolled_back", reason="harm"),
    )


@st.composite
def harmful_pasts(draw: st.DrawFn) -> tuple[ev.Event, ...]:
    """Return a journal of values anywhere, sliding bounds anywhere, and moves of one parameter that did harm."""
    name = draw(st.sampled_from(sorted(NUMBERS)))
    spec = NUMBERS[name]
    reach = spec.high - spec.low
    anywhere = st.floats(spec.low - reach, spec.high + reach) | st.sampled_from([spec.low, spec.high])
    start = draw(anywhere)
    found: list[Payload] = [ev.Adopted(values={name: start}, version="v0", source="here")]
    low, high = sorted((draw(anywhere), draw(anywhere)))
    found.append(
        ev.BoundsAdjusted(
            parameter=name, adjustment="expanded", low=low, high=high, old_low=low, old_high=high, reason="so"
        )
    )
    for cycle in range(1, draw(st.integers(3, 7)) + 1):
        found += rollback(cycle, name, start, draw(anywhere))
    return events(*found, step=1800.0)


@settings(max_examples=150, deadline=None)
@given(harmful_pasts())
def test_suggested_bounds_keep_to_every_limit(found: tuple[ev.Event, ...]) -> None:
    now = found[-1].at
    report, state = told(found, now), fold(State(), found)
    for _, one in report.sure(-1.0):
        if one.bounds is None:
            continue
        stands = standing(CONFIG, state, one.bounds.parameter)
        assert stands is not None
        new, old, hard = one.bounds.new, stands.sliding.bounds, stands.frame.hard
        assert one.bounds.old == old
        assert hard.low <= new.low <= new.high <= hard.high
        assert old.low <= new.low
        assert new.high <= old.high
        assert new != old
        assert new.holds(min(max(stands.frame.value, hard.low), hard.high))
        assert new.width >= stands.frame.least * (1 - 1e-9)
    for request in adjustments(report, CONFIG.model_copy(update={}), state, "2026-11-22"):
        assert math.isfinite(request.low)
        assert json.dumps(request.model_dump())
    names = [request.parameter for request in adjustments(report, CONFIG, state, "2026-11-22")]
    assert len(names) == len(set(names))
