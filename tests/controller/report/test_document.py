"""The whole report: every section in both forms, an empty journal, and words that would break Markdown or JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from controller.journal import event as ev
from controller.report.document import document, markdown
from controller.report.sections import SECTIONS
from tests.controller.casebook.past import BEGIN, PRIMARY
from tests.controller.report.materials import DAY, SEEN, events, material


def test_a_report_has_every_section_in_both_forms(tmp_path: Path) -> None:
    made = material(events(tmp_path))
    page, found = markdown(made), document(made)
    parts = [build(made) for build in SECTIONS]
    assert [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")] == [
        part.title for part in parts
    ]
    assert list(found) == ["service", "since", "until", *(part.key for part in parts)]
    assert len({part.key for part in parts}) == len(parts)
    assert page.startswith("# Autopilot of vvtv\n\nFrom 2026-09-2")
    assert "\n\n\n" not in page
    assert page.endswith("|\n")


def test_what_there_is_none_of_is_said(tmp_path: Path) -> None:
    del tmp_path
    nothing = replace(SEEN, at=None, window=None, texts=(), findings=(), note="Prometheus cannot be asked (gone).")
    page = markdown(material((), seen=nothing))
    assert "Prometheus cannot be asked (gone)." in page
    assert "No cycle began in this period." in page
    assert "Nothing was proposed in this period." in page
    assert "No prediction could be held against a measurement in this period." in page
    assert "No values are in force yet: no controller has run." in page
    json.dumps(document(material((), seen=nothing)), allow_nan=False)


def test_json_has_no_number_that_json_does_not_know(tmp_path: Path) -> None:
    json.dumps(document(material(events(tmp_path))), allow_nan=False)


def test_only_the_period_counts(tmp_path: Path) -> None:
    found = document(material(events(tmp_path), since=BEGIN + 1.5 * DAY))
    assert found["cycles"] == [{"outcome": "held", "cycles": 1, "newest": "cycle 3: Down fires"}]
    assert found["proposals"] == []


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    written = tuple(
        event.model_copy(
            update={"payload": event.payload.model_copy(update={"rationale": "x | y\n# `z` [a](http://b) <i>\x07"})}
        )
        if isinstance(event.payload, ev.Proposed)
        else event
        for event in events(tmp_path)
    )
    page = markdown(material(written))
    assert r"x \| y # \`z\` [a]\(http://b) \<i>" in page
    assert "\x07" not in page
    assert f"| {PRIMARY} | goal | inside its band \\| \\`x\\` \\<b> | 0.0% | - | - |" in page
