"""Canaries as plain values."""

from __future__ import annotations

import json
import math

from controller.casebook.document import explained, listed
from controller.casebook.patterns import case, patterns
from controller.casebook.story import tell
from controller.journal import event as ev
from tests.controller.casebook.past import PRIMARY, RAIL, TERMS, Past, kpi
from tests.controller.running import strict_json


def test_an_explanation_is_json_with_every_look(past: Past) -> None:
    past.propose().start().pause(2).resume(3)
    past.add(ev.CanaryApproved(canary="cycle-1", reason="x"), "ann")
    past.look(5, kpi(PRIMARY, math.nan, math.inf, 0)).look(6, kpi(PRIMARY, -0.05, 0.03, 20, verdict="rollback"))
    record = past.end("rollback", "harm").record()
    shown = explained(record, tell(record, TERMS))
    assert strict_json(json.dumps(shown)) == shown
    assert (shown["id"], shown["verdict"], shown["outcome"], shown["promoted"]) == (
        "cycle-1",
        "rollback",
        "rolled_back",
        False,
    )
    assert (shown["failure"]["category"], shown["failure"]["kpi"]) == ("harm", PRIMARY)
    assert shown["looks"][0]["kpis"][0]["effect"] is None
    assert shown["looks"][1]["kpis"][0]["effect"] == -0.05
    assert [word["order"] for word in shown["words"]] == ["pause", "resume", "approve"]
    assert shown["holds"][0]["kind"] == "operator"


def test_a_canary_that_is_not_over_has_no_failure(past: Past) -> None:
    record = past.propose().start().record()
    shown = explained(record, tell(record, TERMS))
    assert (shown["failure"], shown["outcome"], shown["ended_at"], shown["ending"]) == (None, None, None, "running")
    assert strict_json(json.dumps(shown)) == shown


def test_a_list_has_a_line_for_each_and_the_patterns(past: Past) -> None:
    for _ in range(3):
        past.propose().harmed()
    found = tuple(case(record, TERMS) for record in past.propose().validate("no").close("refused", "golden").records())
    shown = listed(found, patterns(found))
    assert strict_json(json.dumps(shown)) == shown
    assert [item["category"] for item in shown["canaries"]] == ["harm", "harm", "harm", "validation"]
    assert (shown["canaries"][0]["seconds"], shown["canaries"][3]["effect"]) == (1200, None)
    assert shown["patterns"][0]["text"] == f"3 of 4 raises of temperature ended as harm on {RAIL}"
    assert shown["patterns"][0]["kpis"] == {RAIL: 3}
