"""Chosen records are what they are when the whole journal is read, though few looks are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.journal.generate import past
from controller.casebook.collect import records
from controller.casebook.sparing import one, sparing
from controller.errors import ConfigError
from controller.journal import event as ev
from controller.journal.event import Event, Payload
from tests.controller.casebook.test_any_journal import BEGUN
from tests.controller.journal.events import events, payloads

Read = Callable[[float], tuple[Event, ...]]


def _reader(whole: tuple[Event, ...], asked: list[float]) -> Read:
    def read(looks_from: float) -> tuple[Event, ...]:
        asked.append(looks_from)
        return tuple(e for e in whole if not isinstance(e.payload, ev.CanaryLooked) or e.at >= looks_from)

    return read


@pytest.fixture(scope="module")
def whole() -> tuple[Event, ...]:
    """Return a journal of thirty cycles, at its own times."""
    dated = [*past(cycles=30, looks=4).dated]
    return tuple(
        event.model_copy(update={"at": at})
        for event, (at, _, _) in zip(events(*(payload for _, _, payload in dated)), dated, strict=True)
    )


@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_the_newest_are_as_in_the_whole_journal(whole: tuple[Event, ...], limit: int) -> None:
    asked: list[float] = []
    found = sparing(_reader(whole, asked), lambda every: [record for record in every if record.changes][-limit:])
    wanted = [record for record in records(whole) if record.changes][-limit:]
    assert repr(found) == repr(wanted)
    assert asked[1:] == [wanted[0].begun_at]


def test_nothing_chosen_is_read_once(whole: tuple[Event, ...]) -> None:
    asked: list[float] = []
    assert sparing(_reader(whole, asked), lambda _every: ()) == ()
    assert len(asked) == 1


@pytest.mark.parametrize(("name", "cycles"), [("last", range(99)), ("cycle-12", (12,)), ("3", (3,))])
def test_one_is_as_in_the_whole_journal(whole: tuple[Event, ...], name: str, cycles: Sequence[int]) -> None:
    wanted = [record for record in records(whole) if record.changes and record.cycle in cycles][-1]
    assert wanted.looks
    assert repr(one(_reader(whole, []), name)) == repr(wanted)


def test_an_unknown_one_is_told(whole: tuple[Event, ...]) -> None:
    with pytest.raises(ConfigError, match="no canary 'cycle-999'"):
        one(_reader(whole, []), "cycle-999")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(payloads(), max_size=14), st.integers(0, len(BEGUN)), st.integers(1, 3))
def test_whatever_a_journal_holds(found: list[Payload], begun: int, limit: int) -> None:
    whole = events(*BEGUN[:begun], *found)
    newest = sparing(_reader(whole, []), lambda every: every[-limit:])
    assert repr(newest) == repr(records(whole)[-limit:])
