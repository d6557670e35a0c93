"""Claims measured: how often triage claims something where nothing is, and how often it finds what is there."""

from __future__ import annotations

import math

import numpy as np

from controller.triage.analyse import examine
from controller.triage.choose import adjustments
from controller.triage.correlate import correlate
from tests.controller.casebook.past import BEGIN
from tests.controller.triage.pasts import CONFIG, DAY
from tests.controller.triage.random_pasts import STATE, Odds, past

PASTS = 300
UNTIL = BEGIN + 28 * DAY + 3600.0


def most(share: float, tries: int) -> float:
    """Return what a share may look like in so many tries, five times out of a million."""
    return share + 4.4 * math.sqrt(share * (1 - share) / tries)


def test_healthy_pasts_are_claimed_to_hold_something_more_seldom_than_the_level() -> None:
    rng = np.random.default_rng(20261121)
    level = CONFIG.triage.level
    false, tests = 0, 0
    for _ in range(PASTS):
        found = correlate(past(rng, Odds()), BEGIN, UNTIL, least=3, level=level)
        false += bool(found.claims)
        tests += found.tests
    assert tests / PASTS > 50  # there was enough to be mistaken about
    assert false / PASTS <= most(level, PASTS), f"{false} of {PASTS}"


def test_what_does_harm_is_found() -> None:
    rng = np.random.default_rng(7)
    seen, wrong = 0, 0
    for _ in range(60):
        found = correlate(past(rng, Odds(harm=0.05, worse="temperature", more=0.9)), BEGIN, UNTIL, least=3, level=0.05)
        features = {claim.feature for claim in found.claims if claim.failure == "harm"}
        seen += "raise temperature" in features
        wrong += any("raise" not in feature and "temperature" not in feature for feature in features)
    assert seen >= 50
    assert wrong <= 60 * most(0.05, 60)


def test_bounds_are_seldom_narrowed_where_moves_fail_as_often_as_not_at_most() -> None:
    rng = np.random.default_rng(11)
    above = CONFIG.triage.apply_above
    wrong = 0
    for _ in range(200):
        found = past(rng, Odds(harm=0.45, noise=0.1), cycles=60)
        report = examine(CONFIG, found, STATE, (BEGIN, UNTIL))
        wrong += bool(adjustments(report, CONFIG, STATE, "2026-11-22"))
    assert wrong / 200 <= most(1 - above, 200), f"{wrong} of 200"


def test_bounds_of_a_move_that_always_does_harm_are_narrowed() -> None:
    rng = np.random.default_rng(13)
    right = 0
    for _ in range(40):
        found = past(rng, Odds(harm=0.0, noise=0.0, worse="temperature", more=1.0), cycles=60)
        asked = adjustments(examine(CONFIG, found, STATE, (BEGIN, UNTIL)), CONFIG, STATE, "2026-11-22")
        right += [one.parameter for one in asked] == ["temperature"]
    assert right >= 12
