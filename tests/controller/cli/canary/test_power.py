"""`vvtvctl canary power` on a real Prometheus: what a canary detects, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.controller.cli.canary.stored import BEGAN, ENDED, Stored, stored, write_journal
from tests.controller.cli.terminal import Terminal

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    with stored(tmp_path_factory.mktemp("power")) as found:
        yield found


def _place(terminal: Terminal, shop: Stored) -> tuple[str, ...]:
    return "--config", str(shop.config), "--state", str(terminal.state)


def test_every_kpi_has_its_reach_and_a_hoped_for_effect_its_duration(terminal: Terminal, shop: Stored) -> None:
    write_journal(terminal, shop)
    effects = ("--effect", "conversion=10%", "--effect", "stock=0.0001")
    found = terminal.run("canary", "power", "--history", "9h", *effects, *_place(terminal, shop), "--json")
    assert (found.code, found.err) == (0, "")
    told = found.json()
    sales, stock = told["kpis"]
    assert told["left_out_points"] == ENDED - BEGAN + 1 + 1 + 3
    assert (sales["kpi"], sales["role"], sales["problem"]) == ("conversion", "primary", None)
    assert sales["points"] == pytest.approx(9 * 240 - told["left_out_points"], abs=3)
    assert sales["level"] == pytest.approx(0.3, abs=0.01)
    (configured,) = (reach for reach in sales["durations"] if reach["configured"])
    assert configured["seconds"] == told["planned_seconds"] == 1800
    assert configured["percent"] == pytest.approx(100 * configured["detectable"] / sales["level"])
    assert [reach["share"] for reach in sales["shares"]] == [0.05, 0.1, 0.2, 0.5]
    assert (sales["needs"][0]["within"], stock["needs"][0]["within"]) == (True, False)
    assert (stock["margin"], stock["shares"]) == (2.0, [])


def test_people_read_the_same(terminal: Terminal, shop: Stored) -> None:
    found = terminal.run("canary", "power", "--effect", "stock=0.0001", *_place(terminal, shop))
    assert found.code == 0
    for line in (
        "What a canary detects with 80 % probability, from 3 h of A/A history",
        "no journal here",
        "conversion (primary, higher is better)",
        "differs from point to point",
        "30 min*",
        "margin 2 (4 %)",
        "20 %*",
        ", the longest canary that this history can plan",
        "an effect of 0.0001 (0.0002 %) is not detected within 3 d ",
    ):
        assert line in found.out


def test_what_cannot_be_planned_says_why_and_exits_1(terminal: Terminal, shop: Stored) -> None:
    found = terminal.run("canary", "power", "--history", "30m", *_place(terminal, shop))
    assert found.code == 1
    assert "conversion cannot be planned: 1" in found.err
    assert "points of A/A history, 240 needed" in found.out
    config = shop.config.with_name("other.yaml")
    config.write_text(shop.config.read_text().replace("job: shop", "job: absent"))
    found = terminal.run("canary", "power", "--config", str(config), "--state", str(terminal.state), "--json")
    assert found.code == 1
    assert "conversion cannot be planned: no sample of canary and baseline and control" in found.err
    assert found.json()["kpis"][0]["durations"] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--effect", "convrsion=1"), "did you mean 'conversion'"),
        (("--effect", "zzz=1"), "it judges conversion, stock"),
        (("--effect", "conversion"), "conversion=2%"),
        (("--effect", "conversion=0"), "conversion=2%"),
        (("--effect", "conversion=nan%"), "conversion=2%"),
        (("--history", "24"), "--history '24'"),
        (("--history", "0h"), "--history '0h'"),
    ],
)
def test_wrong_options_say_what_to_write(terminal: Terminal, shop: Stored, options: tuple[str, ...], said: str) -> None:
    found = terminal.run("canary", "power", *options, *_place(terminal, shop))
    assert found.code == 2
    assert said in found.error()


def test_a_prometheus_that_is_not_there_is_exit_3(terminal: Terminal) -> None:
    found = terminal.run("canary", "power", *terminal.place)
    assert found.code == 3
    assert "is Prometheus running there?" in found.error()
