"""Every kind of event survives JSON, and nothing else is taken for one."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from pydantic import ValidationError

from controller.journal.event import (
    PAYLOAD,
    AlertFiring,
    Analysed,
    CanaryLooked,
    CanaryStarted,
    CycleEnded,
    Decided,
    Moved,
    Payload,
)
from exporter.parameter import Value, shown
from tests.controller.journal.events import EXAMPLES, KINDS, example, payloads


def _stored(payload: Payload) -> str:
    """Return a payload as the store writes it."""
    return json.dumps(payload.model_dump(mode="json"), sort_keys=True)


def test_there_is_an_example_of_every_kind() -> None:
    assert set(EXAMPLES) == set(KINDS)
    assert len({payload.kind for payload in EXAMPLES.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_kind_reads_back_as_it_was_written_with_nan_and_infinities(kind: type[Payload]) -> None:
    written = _stored(example(kind))
    again = PAYLOAD.validate_json(written)
    assert type(again) is kind
    assert repr(again) == repr(example(kind))  # repr, because NaN is not equal to itself
    assert _stored(again) == written


@given(payloads())
def test_any_event_reads_back_with_the_types_of_its_numbers(payload: Payload) -> None:
    again = PAYLOAD.validate_json(_stored(payload))
    assert type(again) is type(payload)
    assert _stored(again) == _stored(payload)  # 1 and 1.0 are equal, and not the same; NaN is unequal, and the same


def test_an_analysis_of_an_older_journal_reads_without_what_it_did_not_know() -> None:
    old = json.loads(_stored(example(Analysed)))
    del old["details"]
    again = PAYLOAD.validate_python(old)
    assert isinstance(again, Analysed)
    assert (again.findings, again.details) == (("sales is 0.5",), ())


def test_a_look_of_an_older_journal_reads_without_what_it_did_not_know() -> None:
    old = json.loads(_stored(example(CanaryLooked)))
    for name in ("low", "high", "allowed", "benefit_needed", "detectable", "fraction", "rule", "noise"):
        del old["kpis"][0][name]
    again = PAYLOAD.validate_python(old)
    assert isinstance(again, CanaryLooked)
    assert math.isnan(again.kpis[0].benefit_needed)
    assert (again.kpis[0].rule, math.isnan(again.kpis[0].fraction)) == ("", True)


@pytest.mark.parametrize(
    ("kind", "names"),
    [(CanaryStarted, ("weights", "ladder")), (Decided, ("request",)), (CycleEnded, ("request",))],
)
def test_an_event_of_an_older_journal_reads_without_what_it_did_not_say(
    kind: type[Payload], names: tuple[str, ...]
) -> None:
    old = json.loads(_stored(example(kind)))
    for name in names:
        del old[name]
    assert isinstance(PAYLOAD.validate_python(old), kind)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"kind": "coffee_made"}',
        '{"kind": "controller_stopped", "more": 1}',
        '{"kind": "pause_requested"}',
        '{"kind": "pause_requested", "reason": "\\ud800"}',
        "[]",
        "nonsense",
    ],
)
def test_what_is_no_event_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        PAYLOAD.validate_json(text)


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        example(AlertFiring).alert = "Other"  # type: ignore[union-attr]  # wrong on purpose


@pytest.mark.parametrize("value", [0.6, 12, 12.0, "bold", "12", "0.6", "true", "größer"], ids=repr)
def test_a_value_reads_back_as_the_kind_that_it_was(value: Value) -> None:
    moved = Moved(parameter="x", old=value, new=value)
    back = Moved.model_validate_json(moved.model_dump_json())
    assert (back.new, type(back.new)) == (value, type(value))
    assert back.text == f"x {shown(value)} -> {shown(value)}"
