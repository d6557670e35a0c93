"""The tables that claims are made of: each case stands in one cell, and a feature that all or none have makes none."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from controller.triage.contingency import Draft, drafts
from controller.triage.gather import Gathered
from tests.controller.casebook.past import BEGIN
from tests.controller.triage.pasts import DAY
from tests.controller.triage.random_pasts import Odds, past

UNTIL = BEGIN + 28 * DAY + 3600.0


def made(found: Gathered) -> list[Draft]:
    return list(drafts(found.records, found, BEGIN, UNTIL))


def cells(every: Iterable[Draft], unit: str) -> set[int]:
    """Return over how many cases the tables with a unit are."""
    tables = [one.table for one in every if one.unit == unit]
    return {table.a + table.b + table.c + table.d for table in tables}


def test_each_case_stands_in_one_cell() -> None:
    found = past(np.random.default_rng(3), Odds(), cycles=40)
    every = made(found)
    assert cells(every, "canaries") == {40}  # each cycle of such a past had its canary
    assert cells(every, "days") <= {27, 28}  # the whole ones
    assert cells(every, "stretches of 4 hours") == {6 * days for days in cells(every, "days")}
    assert all(min(vars(one.table).values()) >= 0 for one in every)


def test_a_table_counts_the_failures_with_its_feature() -> None:
    found = past(np.random.default_rng(5), Odds(harm=0.0, noise=0.0, worse="temperature", more=1.0), cycles=40)
    (table,) = [one.table for one in made(found) if (one.failure, one.feature[1]) == ("harm", "raise temperature")]
    raised = [one for one in found.records if one.changes[0].text.startswith("temperature")]
    harmed = [one for one in raised if one.outcome == "rolled_back"]
    assert (table.a, table.b, table.c) == (len(harmed), 0, 0)
    assert table.d == 40 - len(harmed)


def test_nothing_failed_and_nothing_is_looked_at() -> None:
    found = past(np.random.default_rng(5), Odds(harm=0.0, noise=0.0), cycles=20)
    assert {one.unit for one in made(found)} <= {"days", "stretches of 4 hours"}  # of the alerts
