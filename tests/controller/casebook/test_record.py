"""Which record is meant, and what a record says of itself."""

from __future__ import annotations

import pytest

from controller.casebook.record import find
from controller.errors import ConfigError
from controller.journal import event as ev
from tests.controller.casebook.past import PRIMARY, Past


def test_a_canary_is_found_by_its_id_its_number_and_as_the_last(past: Past) -> None:
    found = past.propose().promoted().propose().harmed().records()
    assert find(found, "cycle-1") is find(found, "1") is find(found, "01") is found[0]
    assert find(found, "last") is found[1]


def test_what_is_not_there_is_refused_with_what_is(past: Past) -> None:
    with pytest.raises(ConfigError, match="no canary has run yet"):
        find((), "last")
    found = past.propose().promoted().propose().harmed().records()
    with pytest.raises(ConfigError, match=r"no canary 'cycle-9': there are cycle-1 to cycle-2"):
        find(found, "cycle-9")
    with pytest.raises(ConfigError, match="no canary 'x\\$'"):
        find(found, "x$")


def test_a_cycle_that_tried_nothing_says_why_and_is_not_the_last(past: Past) -> None:
    past.propose().promoted()
    past.cycle += 1
    past.add(ev.CycleStarted(cycle=past.cycle, trigger="schedule"))
    with pytest.raises(ConfigError, match=r"cycle-2 tried no change: it has proposed none yet"):
        find(past.records(), "2")
    found = past.close("refused", "no single step is expected to help").records()
    with pytest.raises(ConfigError, match=r"cycle-2 tried no change: refused: no single step"):
        find(found, "2")
    assert find(found, "last").id == "cycle-1"


def test_before_anything_was_seen_the_primary_kpi_is_the_predicted_one(past: Past) -> None:
    record = past.propose().start().record()
    assert (record.primary, record.last_seen, record.promoted) == (PRIMARY, None, False)
    assert past.propose(effect=None).record().primary == ""
