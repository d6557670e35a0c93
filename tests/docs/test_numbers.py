"""What operators are shown by name (rows, columns, kinds, verdicts) stands in the table that says what it means."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from controller.casebook.category import Category
from controller.cli.autopilot.bounds import show as bounds_show
from controller.cli.autopilot.history.words import HOW
from controller.cli.autopilot.status_page import show
from controller.cli.canary import page as canary_page
from controller.decide.analysis.finding import FindingKind
from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.limits import Limits, allowed_interval
from controller.decide.drift.reading import Cause
from controller.setup.checks import CHECKS
from controller.triage import follow, kinds
from controller.view import status as view
from exporter.catalog import CATALOG
from exporter.catalog.controller import OUTCOMES
from exporter.parameter import ParameterSpec
from tests.controller.world import World, configuration
from tests.docs import pages


def page(name: str) -> str:
    return pages.read(pages.DOCS / f"{name}.md")


def named(name: str, first: str) -> set[str]:
    """Return every name in the first cells of a page's tables that are headed like this."""
    return {
        word for row in pages.rows(page(name), first) for cell in row[0].split(", ") for word in [pages.plain(cell)]
    }


def explained(name: str, first: str) -> bool:
    """Whether every row of such a table has more than a name."""
    return all(row[1] for row in pages.rows(page(name), first))


def wanted(name: str, first: str) -> str:
    """Return what to write where, for when it is missing."""
    return f"docs/{name}.md, table headed `{first}`: a row for each name that is printed, and for no other, with words"


@pytest.mark.parametrize(
    ("name", "first", "printed"),
    [
        pytest.param("setup", "check", {check.name for check in CHECKS}, id="doctor"),
        pytest.param("failures", "category", set(Category), id="categories of canaries"),
        pytest.param("cli", "outcome", set(OUTCOMES), id="outcomes of cycles"),
        pytest.param("drift", "monitor", set(Cause), id="drift monitors"),
        pytest.param("history", "how", {how for how in HOW.values() if how != "larger canary"}, id="history"),
        pytest.param("triage", "category", set(kinds.Category), id="categories of triage"),
        pytest.param("triage", "verdict", {follow.AGAIN, follow.NOT_AGAIN, follow.EARLY}, id="verdicts of triage"),
        pytest.param("analysis", "kind", set(FindingKind), id="findings"),
    ],
)
def test_a_table_names_all_that_is_printed_and_nothing_else(name: str, first: str, printed: set[str]) -> None:
    shown = {re.sub(r"`? \(`.*", "", word) for word in named(name, first)}
    assert shown == {str(word) for word in printed}, wanted(name, first)
    assert explained(name, first), wanted(name, first)


def test_every_kind_of_failure_that_triage_knows_stands_beside_its_category() -> None:
    shown = {row[0]: set(re.findall("`([^`]+)`", row[1])) for row in pages.rows(page("triage"), "category")}
    for kind in kinds.KINDS.values():
        assert kind.name.replace("_", " ") in shown[kind.category], "docs/triage.md, table headed `category`"


def test_every_row_of_status_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = World(tmp_path)
    world.controller()
    shown = view.status(world.state(), holder=None, now=world.now, config=configuration())
    world.close()
    show({**shown, "drift": {**shown["drift"], "share": 0.25, "more_room_at": world.now}}, world.now)
    table = capsys.readouterr().out.partition("\nAutopilot")[2].partition("Parameters in")[0]
    printed = re.findall(r"^(\w+(?: \w+)?) {2}", table, re.MULTILINE)
    assert len(printed) > 10
    assert set(printed) == named("cli", "row"), wanted("cli", "row")
    assert explained("cli", "row"), wanted("cli", "row")


def test_every_column_of_a_canary_is_explained() -> None:
    assert {*canary_page.HEAD, "role", "says"} == named("statistics", "column"), wanted("statistics", "column")
    assert explained("statistics", "column"), wanted("statistics", "column")


def test_every_column_of_the_bounds_is_explained() -> None:
    printed = {re.sub(r" \(UTC\)", "", column) for column in bounds_show.HEAD} - {"parameter"}
    shown = {name for name in named("bounds", "number") if not name.startswith("vvtv_")}
    assert printed == shown, wanted("bounds", "number")


HEAT = Limits(
    ParameterSpec("heat", "float", 0.1, 2.0, 0.6), 0.6, Bounds(0.3, 1.2), overridden=False, max_step=9, daily_limit=None
)


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (replace(HEAT, sliding=HEAT.hard), "hard"),
        (HEAT, "sliding"),
        (replace(HEAT, overridden=True), "override"),
        (replace(HEAT, share=0.25), "returning"),
        (replace(HEAT, max_step=0.1), "max_step"),
        (replace(HEAT, daily_limit=0.05), "daily_limit"),
    ],
)
def test_every_limit_is_explained_by_the_name_that_messages_give_it(limits: Limits, name: str) -> None:
    assert allowed_interval(limits).low_by == name
    begin = page("bounds").partition("A *choice*")[0]
    assert f"`{name}`" in begin, "docs/bounds.md, before `A *choice*`"


def test_every_number_of_drift_check_is_explained() -> None:
    printed = {"n", "strikes", "room for proposals", "trend of the errors", "pause, and its end"}
    rows = {row[0]: row for row in pages.rows(page("drift"), "number")}
    assert printed <= set(rows), wanted("drift", "number")
    assert all(good and bad for _, _, good, bad in rows.values())
    metrics = {word for row in rows.values() for word in pages.inline(row[1]) if word.startswith("vvtv_")}
    watched = (
        "prediction_(?:error_p50|coverage)|rollback_ratio|consecutive|plant_drift|drift_strikes|pause(?:_|$)|return"
    )
    told = {metric.name for metric in CATALOG.metrics if re.search(f"vvtv_autopilot_(?:{watched})", metric.name)}
    assert len(told) > len(Cause)
    assert told <= metrics, wanted("drift", "number")
