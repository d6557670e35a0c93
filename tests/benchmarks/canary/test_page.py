"""The page shows what was measured, and the published one is made from the published results."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.canary import page, publish, results
from benchmarks.canary.families import find
from benchmarks.canary.family import Truth
from benchmarks.canary.results import Results
from benchmarks.canary.seeds import SeedSet
from controller.stack.checkout import checkout
from tests.docs import pages

FAMILIES = find()
PUBLISHED = checkout() / "docs" / "benchmarks"


def test_every_family_stands_in_the_table_of_its_truth(tiny: Results) -> None:
    tables = {section.title: section.body for section in pages.sections(page.render(tiny, FAMILIES))}
    false = {row[0]: row for row in pages.rows(tables["False decisions"], "family")}
    found = {row[0]: row for row in pages.rows(tables["What is seen, and when"], "family")}
    assert set(false) == {family.name for family in FAMILIES.values() if family.truth is Truth.SAME}
    assert set(found) == set(FAMILIES) - set(false)
    assert false["rho 0"][1:] == ("8 / 4", "0.0 ± 0.0", "**100.0 ± 0.0**")
    assert found["rho 0.5, benefit 1 sd"][3] == "100.0 ± 0.0 at 0.2 min"
    assert found["Poisson counts, harm x 1.5"][3] == "0.0 ± 0.0"
    assert {row[0] for row in pages.rows(tables["Ours in detail"], "family")} == set(FAMILIES)
    described = {row[0]: row[2] for row in pages.rows(tables["Families"], "family")}
    assert described == {family.name: family.description for family in FAMILIES.values()}


def test_a_promotion_by_a_judge_that_sees_no_harm_is_no_false_decision_and_finds_no_benefit(tiny: Results) -> None:
    tallies = tuple(replace(tally, judge="flagger") for tally in tiny.tallies if tally.judge == "hasty")
    text = page.render(replace(tiny, tallies=tallies), FAMILIES)
    tables = {section.title: section.body for section in pages.sections(text)}
    false = pages.rows(tables["False decisions"], "family")
    assert {row[2] for row in false} == {"0.0 ± 0.0"}
    found = {row[0]: row[2] for row in pages.rows(tables["What is seen, and when"], "family")}
    assert found["rho 0.5, benefit 1 sd"] == "-"
    assert found["5 metrics, guardrail harm 1 sd"] == "0.0 ± 0.0"
    assert "(flagger)" in tables["False decisions"]


def test_verdicts_of_ours_add_up(tiny: Results) -> None:
    tables = {section.title: section.body for section in pages.sections(page.render(tiny, FAMILIES))}
    for row in pages.rows(tables["Ours in detail"], "family"):
        assert sum(float(cell) for cell in row[2:7]) == pytest.approx(100, abs=0.3)


def test_it_says_which_command_made_it_and_which_seeds_it_is_from(tiny: Results) -> None:
    assert "`python -m benchmarks.canary`" in page.render(tiny, FAMILIES)
    assert "not for publication" in page.render(tiny, FAMILIES)
    assert "not for publication" not in page.render(replace(tiny, seeds=SeedSet.FINAL), FAMILIES)


def test_a_part_of_the_benchmark_makes_a_part_of_the_page(tiny: Results) -> None:
    rivals = tuple(tally for tally in tiny.tallies if tally.family == "rho 0" and tally.judge == "hasty")
    text = page.render(replace(tiny, tallies=rivals), FAMILIES)
    assert [section.title for section in pages.sections(text)][1:] == ["False decisions", "Judges", "Families"]
    assert "![" not in text


def test_the_published_page_is_made_from_the_published_results() -> None:
    raw = PUBLISHED / publish.JSON
    if not raw.exists():
        pytest.skip("nothing is published yet: run python -m benchmarks.canary")
    measured = results.load(raw)
    assert measured.seeds is SeedSet.FINAL
    assert measured.families == list(FAMILIES)
    assert pages.read(PUBLISHED / publish.PAGE) == page.render(measured, FAMILIES)
