"""The effect on one KPI as SVG."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

from controller.casebook.chart import chart
from controller.casebook.words import Terms
from tests.controller.casebook.past import PRIMARY, RAIL, TERMS, Past, kpi


def drawn(past: Past, name: str = PRIMARY, terms: Terms = TERMS) -> ET.Element:
    """Return the chart, which must be well-formed, without numbers that are none."""
    text = chart(past.record(), name, terms, "plot0")
    assert "nan" not in text
    assert "inf " not in text
    return ET.fromstring(text)  # noqa: S314 - our own text


def kinds(found: ET.Element, tag: str) -> list[str]:
    return [str(item.get("class")) for item in found.iter(tag)]


def test_everything_is_on_it(past: Past) -> None:
    past.propose().start().course(range(2, 20, 3), 0.01, 0.02)
    past.pause(21, alert="Down").resume(26, alert="Down").course(range(28, 58, 3), 0.01, 0.02)
    past.at(60).end("inconclusive", "the planned end is reached")
    found = drawn(past)
    assert kinds(found, "path") == ["harm", "benefit", "estimate"]
    assert len(kinds(found, "circle")) == 16
    assert kinds(found, "polygon") == ["interval"]
    assert kinds(found, "line").count("zero") == 1
    assert kinds(found, "line").count("decision") == 1
    titles = [item.text or "" for item in found.iter("title")]
    assert "minute 21: stood still for 5 min: Down fires: it burns" in titles
    assert any(title.startswith("look 1, minute 2, 8 points: ") for title in titles)
    labels = [item.text for item in found.iter("text")]
    assert {"estimate", "harm boundary", "benefit boundary", "inconclusive", "0", "60 min"} <= set(labels)


def test_a_guardrail_shows_the_harm_that_is_allowed_and_no_benefit(past: Past) -> None:
    past.propose().harmed()
    assert kinds(drawn(past, RAIL), "path") == ["harm", "margin", "estimate"]


def test_labels_at_the_end_do_not_overlap(past: Past) -> None:
    past.propose().start()
    for minute in (5, 10, 15):
        past.look(minute, kpi(PRIMARY, 0.05, 0.001, 40, harm_needed=0.05, benefit_needed=0.0501))
    found = drawn(past)
    heights = sorted(float(str(t.get("y"))) for t in found.iter("text") if t.get("class") in {"estimate", "benefit"})
    assert heights[1] - heights[0] >= 13


def test_a_kpi_that_is_not_configured_any_more_has_no_boundaries(past: Past) -> None:
    past.propose().harmed()
    assert kinds(drawn(past, RAIL, Terms({}, 15.0)), "path") == ["estimate"]


def test_one_look_odds_and_open_intervals_are_drawn(past: Past) -> None:
    odds = {"harm_needed": math.nan, "benefit_needed": math.nan, "low": -math.inf, "high": math.inf}
    past.propose().start().look(5, kpi(PRIMARY, 0.01, 0.02, 20, **odds))
    assert kinds(drawn(past), "path") == ["estimate"]


def test_what_was_never_seen_is_said(past: Past) -> None:
    past.propose().start().look(5, kpi(PRIMARY, math.nan, math.inf, 0))
    assert chart(past.record(), PRIMARY, TERMS, "p") == f"<p>{PRIMARY}: nothing was seen</p>"
    assert chart(past.record(), "<b>", TERMS, "p") == "<p>&lt;b&gt;: nothing was seen</p>"
