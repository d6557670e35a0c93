"""Numbers as people say them."""

from __future__ import annotations

import math
from dataclasses import replace

from controller.casebook.words import Terms, minute, number
from controller.model import JudgedKpi, Role
from exporter.metric import Unit
from tests.controller.casebook.past import PRIMARY, TERMS
from tests.controller.world import configuration


def test_moments_say_tenths_of_the_first_minutes_only() -> None:
    assert [minute(s) for s in (0, 30, 120, 599, 754)] == [
        "minute 0",
        "second 30",
        "minute 2",
        "minute 10",
        "minute 13",
    ]


def test_effects_are_told_in_the_unit_of_the_kpi() -> None:
    judged = TERMS.kpis[PRIMARY]

    def terms(unit: Unit) -> Terms:
        return Terms({"x": JudgedKpi(replace(judged.kpi, name="x", unit=unit), Role.PRIMARY, 0.1)}, 1.0)

    assert terms(Unit.RATIO).effect("x", -0.01834) == "-1.83 pp"
    assert terms(Unit.RATIO).span("x", -0.02, 0.01) == "between -2 and +1 pp"
    assert terms(Unit.RATIO).brief("x", 0.01, -0.02, math.inf) == "+1 pp (-2 to +inf)"
    assert terms(Unit.SECONDS).effect("x", 0.012) == "+12 ms"
    assert terms(Unit.SECONDS).span("x", -0.012, 1.5) == "between -0.012 and +1.5 s"
    assert terms(Unit.NATS).size("x", -0.034) == "0.034 nats"
    assert terms(Unit.NONE).effect("x", 5.0) == "+5"
    assert TERMS.effect("gone", 0.25) == "+0.25"


def test_what_is_not_a_number_is_told_without_a_unit() -> None:
    assert (TERMS.effect(PRIMARY, math.nan), number(math.nan), TERMS.size(PRIMARY, math.inf)) == ("-", "-", "inf")
    assert TERMS.span(PRIMARY, -math.inf, math.inf) == "without bounds yet"


def test_the_configuration_knows_the_kpis_it_judges_by_and_the_others() -> None:
    terms = Terms.of(configuration())
    assert terms.scrape == 1
    assert (terms.kpis["conversion"].role, terms.kpis["latency"].margin) == (Role.PRIMARY, 5)
    assert terms.judged(PRIMARY) is not None
    assert terms.judged("nothing") is None
