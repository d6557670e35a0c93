"""`vvtvctl canary replay` on a real Prometheus: placebo canaries, a real one, and policies side by side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from controller.adapters.config_file import read_config
from controller.adapters.evidence import PrometheusEvidence
from controller.adapters.prometheus import Prometheus
from controller.adapters.session import Connection
from controller.decide.canary import judge
from controller.model import Verdict, Window
from tests.controller.cli.canary.stage import at_terminal
from tests.controller.cli.canary.stored import BEGAN, ENDED, Stored, stored, write_journal
from tests.controller.cli.terminal import Result, Terminal
from tests.controller.replay.ground import STEP

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    with stored(tmp_path_factory.mktemp("replay")) as found:
        yield found


def _replay(terminal: Terminal, shop: Stored, *options: str) -> Result:
    return terminal.run("canary", "replay", *options, "--config", str(shop.config), "--state", str(terminal.state))


def test_placebo_canaries_are_judged_and_the_real_one_left_out(terminal: Terminal, shop: Stored) -> None:
    write_journal(terminal, shop)
    found = _replay(terminal, shop, "--placebo", "--last", "7h", "--json")
    assert (found.code, found.err) == (0, "")
    told = found.json()
    (ours,) = told["policies"]
    assert (told["mode"], told["journal"], told["windows"] + told["left_out"]) == ("placebo", True, 13)
    assert told["left_out"] == 2
    assert ours["false_alarms"]["of"] == 11 - ours["verdicts"]["blind"] >= 9
    assert ours["false_decisions"]["count"] <= 1  # by chance
    assert len(told["answers"]) == 11
    ran = (shop.at(BEGAN), shop.at(ENDED))
    assert not [a for a in told["answers"] if a["start"] < ran[1] and a["start"] + 123 * STEP > ran[0]]


def test_without_a_journal_the_real_canary_is_a_false_promotion_and_that_is_said(
    terminal: Terminal, shop: Stored
) -> None:
    where = ("--placebo", "--start", str(shop.at(BEGAN - 124)), "--end", str(shop.at(ENDED + 124)))
    found = _replay(terminal, shop, *where)
    assert found.code == 0
    assert "no journal here: canaries that really ran, if any did, are judged as placebo" in found.out
    assert "Decided although nothing was changed" in found.out
    assert "1 false promotion (" in found.out
    assert "proceed" in found.out


def test_a_real_canary_is_decided_as_it_was_by_its_name_and_by_its_times(terminal: Terminal, shop: Stored) -> None:
    write_journal(terminal, shop)
    named = _replay(terminal, shop, "--canary", "1", "--json").json()
    timed = _replay(terminal, shop, "--start", str(shop.at(BEGAN)), "--end", str(shop.at(ENDED)), "--json").json()
    assert (named["canary"], named["journal_verdict"], timed["canary"]) == ("cycle-1", "proceed", None)
    assert named["answers"] == timed["answers"]
    (answer,) = named["answers"]
    assert (answer["verdict"], answer["kpi"]) == ("proceed", "conversion")
    assert shop.at(BEGAN + 40) < answer["at"] < shop.at(BEGAN + 100)
    sales = next(metric for metric in answer["metrics"] if metric["name"] == "conversion")
    assert sales["interval"][0] < 0.15 < sales["interval"][1]
    told = _replay(terminal, shop, "--canary", "cycle-1").out
    assert "the journal: proceed: it sells more" in told
    assert "benefit: effect +0.1" in told


def test_the_point_that_decides_is_the_one_at_which_a_live_look_would_have(terminal: Terminal, shop: Stored) -> None:
    start, end = shop.at(BEGAN), shop.at(ENDED)
    (answer,) = _replay(terminal, shop, "--start", str(start), "--end", str(end), "--json").json()["answers"]
    settings = read_config(shop.config)
    looks = {}
    with Prometheus(Connection(shop.url)) as client:
        evidence = PrometheusEvidence(settings, client)
        for late in (0, 1):
            samples = evidence.samples((Window(start, end),), (), start, answer["at"] + late * STEP)
            looks[late] = judge(tuple(sample.evidence for sample in samples), settings.policy)
    assert (looks[0].verdict, looks[1].verdict) == (Verdict.UNDECIDED, Verdict.PROCEED)
    assert looks[1].kpis[0].count == answer["points"]
    assert looks[1].kpis[0].effect == pytest.approx(answer["metrics"][0]["estimate"], rel=1e-9)
    assert list(looks[1].reasons) == answer["reasons"]


def test_policies_stand_side_by_side(terminal: Terminal, shop: Stored) -> None:
    write_journal(terminal, shop)
    names = ("ours", "ours:alpha=0.01,planned=60", "flagger", "kayenta")
    policies = [word for name in names for word in ("--policy", name)]
    found = _replay(terminal, shop, "--placebo", "--last", "5h", "--every", "40m", *policies)
    assert found.code == 0
    assert "flagger: on your last 5 h this policy would have raised 0 false alarms" in found.out
    assert "it promotes whatever does no harm" in found.out
    assert "ours and ours:alpha=0.01,planned=60: the same verdict on" in found.out
    told = _replay(terminal, shop, "--placebo", "--last", "5h", *policies, "--json").json()
    assert [one["policy"] for one in told["policies"]] == list(names)
    assert told["agreement"]["same_verdict"]["of"] > 0
    assert _replay(terminal, shop, "--canary", "1", *policies).out.count("proceed") >= 3


def test_what_cannot_be_judged_says_why_and_exits_1(terminal: Terminal, shop: Stored) -> None:
    found = _replay(terminal, shop, "--placebo", "--last", "20m")
    assert found.code == 1
    assert "no placebo canary of 30 min fits into 20 min" in found.err
    found = _replay(terminal, shop, "--placebo", "--last", "2h", "--history", "30m")
    assert found.code == 1
    assert "points of A/A history, 240 needed" in found.err
    long_ago = ("--start", "2020-01-01", "--end", "2020-01-01T01:00")
    found = _replay(terminal, shop, *long_ago)
    assert found.code == 1
    assert "conversion: no sample of canary and baseline and control in the whole range" in found.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "say what to judge: --placebo, or --start and --end, or --canary"),
        (("--start", "2020-01-01"), "say what to judge"),
        (("--start", "noon", "--end", "2020-01-01"), "--start 'noon': write a time as"),
        (("--start", "2020-01-02", "--end", "2020-01-01"), "the end must come after the start"),
        (("--start", "2020-01-02", "--end", "2100-01-01"), "not after now"),
        (("--placebo", "--last", "fortnight"), "--last 'fortnight'"),
        (("--placebo", "--every", "0s"), "--every '0s'"),
        (("--start", "2020-01-01", "--end", "2020-01-02", "--every", "1h"), "--every belongs to --placebo"),
        (("--canary", "7"), "no journal here"),
        (("--placebo", "--policy", "flager"), "did you mean 'flagger'"),
        (("--placebo", "--last", "90000d"), "choose a shorter range"),
    ],
)
def test_wrong_options_say_what_to_write(terminal: Terminal, shop: Stored, options: tuple[str, ...], said: str) -> None:
    found = _replay(terminal, shop, *options)
    assert found.code == 2
    assert said in found.error()


def test_an_unknown_canary_and_one_with_times_are_refused(terminal: Terminal, shop: Stored) -> None:
    write_journal(terminal, shop)
    assert "did you mean 'cycle-1'" in _replay(terminal, shop, "--canary", "cycle-2").error()
    assert "leave out" in _replay(terminal, shop, "--canary", "1", "--placebo").error()


def test_a_terminal_shows_how_far_it_is(terminal: Terminal, shop: Stored) -> None:
    place = ("--config", str(shop.config), "--state", str(terminal.state))
    code, shown = at_terminal("canary", "replay", "--placebo", "--last", "3h", *place)
    assert code == 0
    assert "reading" in shown
    assert "judging" in shown
    assert "placebo canaries of 30 min" in shown


def test_a_prometheus_that_is_not_there_is_exit_3(terminal: Terminal) -> None:
    found = terminal.run("canary", "replay", "--placebo", *terminal.place)
    assert found.code == 3
    assert "is Prometheus running there?" in found.error()
