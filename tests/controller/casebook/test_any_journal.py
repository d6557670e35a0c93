"""Whatever a journal holds, in whatever order, and whatever its numbers: it is told, without a crash."""

from __future__ import annotations

import json
import math
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.casebook.collect import records
from controller.casebook.document import explained, listed
from controller.casebook.patterns import case, patterns
from controller.casebook.report import report
from controller.casebook.story import tell
from controller.finite import finite
from controller.journal import event as ev
from controller.journal.event import Payload
from tests.controller.casebook.past import PRIMARY, RAIL, TERMS, kpi
from tests.controller.journal.events import events, example, payloads
from tests.controller.running import strict_json

_ANY = st.floats() | st.sampled_from([0.0, -0.0, 1e-300, 1e300, -1e300, math.inf, math.nan])
_NAMES = (
    "effect",
    "low",
    "high",
    "harm_needed",
    "benefit_needed",
    "allowed",
    "detectable",
    "fraction",
    "noise",
    "margin",
)


BEGUN = tuple(example(kind) for kind in (ev.CycleStarted, ev.Proposed, ev.Validated, ev.CanaryStarted, ev.CanaryLooked))


def told(found: tuple[Any, ...]) -> None:
    """Tell every record in every way."""
    for record in found:
        story = tell(record, TERMS)
        shown = finite(explained(record, story))
        assert strict_json(json.dumps(shown)) == shown
        assert "</html>" in report(record, TERMS, ("a", "b"))
    cases = tuple(case(record, TERMS) for record in found)
    listed(cases, patterns(cases))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(payloads(), max_size=14), st.integers(0, len(BEGUN)))
def test_any_events_in_any_order(found: list[Payload], begun: int) -> None:
    told(records(events(*BEGUN[:begun], *found)))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(*(_ANY for _ in _NAMES)), min_size=1, max_size=4),
    st.sampled_from(["rollback", "inconclusive", "blind", "proceed"]),
    st.sampled_from(["undecided", "proceed", "rollback"]),
    _ANY,
)
def test_any_numbers(numbers: list[tuple[float, ...]], verdict: str, said: str, predicted: float) -> None:
    looks = [
        ev.CanaryLooked(
            cycle=1,
            look=look,
            verdict=verdict if look == len(numbers) else "undecided",
            reasons=("x",),
            kpis=tuple(
                kpi(name, 0.0, 0.1, 4).model_copy(update=dict(zip(_NAMES, row, strict=True)) | {"verdict": said})
                for name in (PRIMARY, RAIL)
            ),
            expires_at=9e9,
        )
        for look, row in enumerate(numbers, 1)
    ]
    move = ev.Moved(parameter="heat", old=1, new=2)
    hoped = ev.Predicted(kpi=PRIMARY, effect=predicted, low=-predicted, high=predicted)
    begun = (
        ev.CycleStarted(cycle=1, trigger="schedule"),
        ev.Proposed(cycle=1, changes=(move,), predicted=(hoped,), rationale="why not"),
        ev.CanaryStarted(
            cycle=1, canary="cycle-1", version="v", planned=9, expires_at=9e9, detectable={PRIMARY: predicted}
        ),
    )
    over = ev.Decided(cycle=1, verdict=verdict, reasons=("x",)), ev.CycleEnded(cycle=1, outcome=verdict, reason="x")
    told(records(events(*begun, *looks)))
    told(records(events(*begun, *looks, *over)))
