"""The page shows what was measured, losses included, and the published one is made from the published results."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.autopilot import page, publish, results
from benchmarks.autopilot.cases import Case, find
from benchmarks.autopilot.results import Results
from benchmarks.autopilot.seeds import SeedSet
from benchmarks.autopilot.words import ABOUT
from controller.stack.checkout import checkout
from controller.trials.simulation.proposers import PROPOSERS
from tests.benchmarks.autopilot import made
from tests.docs import pages

PUBLISHED = checkout() / "docs" / "benchmarks"


def tables(text: str) -> dict[str, str]:
    return {section.title: section.body for section in pages.sections(text)}


def test_every_case_stands_in_the_overview_and_in_its_section(tiny: Results, short: dict[str, Case]) -> None:
    text = page.render(tiny, short)
    rows = {row[0]: row for row in pages.rows(tables(text)["Regret by plant"], "case")}
    assert list(rows) == list(short)
    assert rows["quadratic-5-low"][1] == "4"
    assert rows["bent-5-low, daily"][4] == ""  # random did not play it
    detail = pages.rows(tables(text)["quadratic-5-low"], "proposer")
    assert [row[0] for row in detail] == ["kalman", "static", "random"]
    assert detail[1][1:4] == ("1.000 ± 0.000", detail[1][2], "yes")
    assert detail[0][2:4] == ("-", "-")


def test_the_lowest_regret_is_bold_and_a_star_is_for_whoever_is_as_safe() -> None:
    scores = (
        made.score("kalman", [0.3, 0.4]),
        made.score("tpe", [0.1, 0.2], unsafe_hours=3.0),
        made.score("random", [0.5, 0.6]),
    )
    (row,) = pages.rows(tables(page.render(made.results(*scores), find()))["Regret by plant"], "case")
    assert row[2:] == ("0.350 ± 0.050", "**0.150 ± 0.050**", "0.550 ± 0.050 \\*")


def test_losses_stand_there_plainly() -> None:
    scores = (
        made.score("kalman", [0.3, 0.4, 0.35]),
        made.score("tpe", [0.1, 0.2, 0.16], unsafe_hours=3.0),
        made.score("spsa", [0.2, 0.55, 0.25]),
        made.score("random", [0.5, 0.6, 0.5]),
    )
    rows = pages.rows(tables(page.render(made.results(*scores), find()))["Where ours has the higher regret"], "case")
    assert [(row[1], row[3], row[4]) for row in rows] == [("tpe", "yes", "no"), ("spsa", "no", "yes")]
    assert rows[0][2].startswith("+0.197")
    won = made.results(made.score("kalman", [0.1, 0.2]), made.score("random", [0.5, 0.6]))
    assert "Nowhere" in tables(page.render(won, find()))["Where ours has the higher regret"]


def test_what_there_is_not_is_a_dash() -> None:
    none = made.score("random", [None, None])
    rows = pages.rows(tables(page.render(made.results(none), find()))["quadratic-5-low"], "proposer")
    assert rows[0][:4] == ("random", "-", "-", "-")


def test_the_error_beyond_noise_stands_beside_the_whole_one() -> None:
    ours = made.score(
        "kalman",
        [0.3, 0.4],
        prediction_error_p50=0.7,
        promoted_error_p50=0.6,
        noise_error_p50=0.5,
        unexplained_error_p50=0.04,
    )
    text = page.render(made.results(ours), find())
    head = next(line for line in text.splitlines() if line.startswith("| proposer | regret"))
    names = [cell.strip() for cell in head.strip("|").split("|")]
    (row,) = pages.rows(tables(text)["quadratic-5-low"], "proposer")
    shown = dict(zip(names, row, strict=True))
    columns = ("error p50", "promoted", "noise", "beyond noise")
    assert [shown[name] for name in columns] == ["0.70", "0.60", "0.50", "0.04"]
    assert "*Beyond noise*" in text


def test_it_says_which_command_made_it_and_which_seeds_it_is_from(tiny: Results, short: dict[str, Case]) -> None:
    text = page.render(tiny, short)
    assert "`python -m benchmarks.autopilot`" in text
    assert "not for publication" in text
    assert "not for publication" not in page.render(replace(tiny, seed_set=SeedSet.FINAL), short)


def test_every_proposer_is_described() -> None:
    assert set(ABOUT) == set(PROPOSERS)


def test_the_published_page_is_made_from_the_published_results() -> None:
    raw = PUBLISHED / publish.JSON
    if not raw.exists():
        pytest.skip("nothing is published yet: run python -m benchmarks.autopilot")
    measured = results.load(raw)
    assert measured.seed_set is SeedSet.FINAL
    assert measured.cases == list(find())
    assert pages.read(PUBLISHED / publish.PAGE) == page.render(measured, find())
    assert "(benchmarks/autopilot.md)" in pages.read(PUBLISHED.parent / "benchmarks.md"), "link the page there"
