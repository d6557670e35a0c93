"""`doctor`, `validate --online` and `init` on a real Prometheus, with a service that is not ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.adapters.config_edit import edited
from controller.adapters.config_file import read_config
from exporter.parameters import uniform
from tests.controller.cli.canary.stage import at_terminal
from tests.controller.cli.terminal import Result, Terminal
from tests.controller.setup.books import Books, open_books

pytestmark = pytest.mark.stack


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(tmp_path, capsys, monkeypatch)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with open_books(tmp_path_factory.mktemp("books")) as found:
        yield found


def _doctor(terminal: Terminal, config: Path) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """Run doctor; return its exit code, and what it found by check."""
    result = terminal.run("doctor", "--config", str(config), "--state", str(terminal.state), "--json")
    found: dict[str, list[dict[str, Any]]] = {}
    for one in result.json()["checks"]:
        found.setdefault(one["check"], []).append(one)
    return result.code, found


def _changed(terminal: Terminal, books: Books, **changes: object) -> Path:
    """Return the configuration with some settings changed."""
    path = terminal.state.parent / "changed.yaml"
    text = books.config.read_text(encoding="utf-8")
    path.write_text(edited(text, {key.replace("__", "."): value for key, value in changes.items()}), encoding="utf-8")
    return path


def _live(terminal: Terminal, config: Path, **values: float) -> None:
    read = read_config(config)
    live = uniform({**read.specs.defaults(), **values}, read.service)
    path = terminal.state / "parameters" / "live.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(live.document()), encoding="utf-8")
    path.chmod(0o644)


def test_what_is_in_place_is_ok_and_each_figure_is_the_true_one(terminal: Terminal, books: Books) -> None:
    _live(terminal, books.config)
    code, found = _doctor(terminal, books.config)
    assert code == 0
    assert {one["mark"] for one in found["arms"]} == {"ok"}
    assert len(found["arms"]) == 3
    (scraped,) = found["scrape interval"]
    assert (scraped["mark"], scraped["figures"]["measured_seconds"]) == ("ok", 15)
    assert scraped["figures"]["missed_share"] == 0
    clock = found["clock"][0]["figures"]
    assert abs(clock["skew_seconds"]) - clock["unsure_seconds"] < 1
    history = found["history"][0]
    assert history["mark"] == "warn"
    assert history["figures"]["seconds"] == pytest.approx(3 * 3600, rel=0.03)
    effects = {one["figures"]["kpi"]: one for one in found["detectable effects"]}
    assert effects["load"]["mark"] == "ok"
    assert effects["stock"]["mark"] == "warn"  # a margin of 0.0001 where the noise is 0.01
    assert "the worst of all" in effects["stock"]["found"]
    assert effects["sales"]["figures"]["level"] == pytest.approx(0.3, abs=0.01)
    assert [one["mark"] for one in found["live parameters"]] == ["ok", "ok"]
    assert found["alertmanager"][0]["mark"] == found["golden cases"][0]["mark"] == "skipped"


def test_a_service_that_applies_other_values_is_told(terminal: Terminal, books: Books) -> None:
    _live(terminal, books.config, discount=0.3)
    code, found = _doctor(terminal, books.config)
    assert code == 1
    assert "discount of canary is 0.1, not 0.3" in found["live parameters"][1]["found"]


def test_an_interval_that_is_configured_wrongly_is_told_with_the_right_one(terminal: Terminal, books: Books) -> None:
    code, found = _doctor(terminal, _changed(terminal, books, prometheus__scrape_interval="30s"))
    assert code == 1
    assert found["scrape interval"][0]["advice"].startswith("write prometheus.scrape_interval: 15s")


@pytest.mark.parametrize(
    ("changes", "said", "advice"),
    [
        (
            {"metrics[0].trials.metric": "books_visit_total"},
            "no series of books_visit_total",
            "mean books_visits_total?",
        ),
        ({"metrics[0].trials.metric": "nothing_like_it"}, "no series of nothing_like_it", "never heard of it"),
        (
            {"metrics[0].trials.metric": "old_visits_total"},
            "no series of old_visits_total",
            "was there, and is no more",
        ),
        ({"prometheus.selector.job": "book"}, 'job="book"; job is books', "write job: books"),
        ({"metrics[0].trials.labels": {"kind": "x"}}, 'kind="x"; it has no label kind', "labels"),
    ],
)
def test_series_that_are_missing_are_traced(
    terminal: Terminal, books: Books, changes: dict[str, object], said: str, advice: str
) -> None:
    path = terminal.state.parent / "changed.yaml"
    path.write_text(edited(books.config.read_text(encoding="utf-8"), changes), encoding="utf-8")
    code, found = _doctor(terminal, path)
    assert code == 1
    assert said in found["arms"][0]["found"]
    assert advice in found["arms"][0]["advice"]


def _about_mail(terminal: Terminal, books: Books) -> Path:
    changes: dict[str, object] = {
        "prometheus.selector.job": "mail",
        "metrics": [
            {
                "name": "opened",
                "direction": "higher",
                "margin": 0.1,
                "events": {"metric": "mail_opened_total"},
                "trials": {"metric": "mail_sent_total"},
            }
        ],
        "kpis": {"primary": "opened"},
    }
    path = terminal.state.parent / "mail.yaml"
    path.write_text(edited(books.config.read_text(encoding="utf-8"), changes), encoding="utf-8")
    return path


def test_arms_under_another_label_are_recognised_with_the_setting_that_renames_them(
    terminal: Terminal, books: Books
) -> None:
    code, found = _doctor(terminal, _about_mail(terminal, books))
    assert code == 1
    (arms,) = found["arms"]
    assert "has no label variant, but group with Baseline, Canary, Control" in arms["found"]
    assert "source_labels: [group], target_label: variant" in arms["advice"]
    assert found["scrape interval"][0]["mark"] == "skipped"


def test_people_read_what_to_do(terminal: Terminal, books: Books) -> None:
    result = terminal.run("doctor", "--config", str(books.config), "--state", str(terminal.state))
    assert result.code == 0
    assert result.out.startswith(f"books, as {books.config} describes it")
    assert "-> a controller writes it when it first starts" in result.out
    assert "ready, with reservations: " in result.out


def test_time_that_is_over_ends_no_check_that_is_done(terminal: Terminal, books: Books) -> None:
    place = ("--config", str(books.config), "--state", str(terminal.state))
    found = terminal.run("doctor", "--timeout", "1ms", *place, "--json").json()["checks"]
    assert any("within the 0.001 s that all checks have" in one["found"] for one in found)


def test_validate_asks_for_data_when_it_may(terminal: Terminal, books: Books) -> None:
    place = ("--config", str(books.config), "--state", str(terminal.state), "--json")
    found = terminal.run("autopilot", "validate", "--online", *place)
    assert found.code == 0
    data = [one["found"] for one in found.json()["checks"] if one["check"] == "data"]
    assert [one.split(" is ")[0] for one in data] == ["sales", "load", "stock"]
    lost = _about_mail(terminal, books)
    place = ("--config", str(lost), "--state", str(terminal.state), "--json")
    assert terminal.run("autopilot", "validate", "--online", *place).code == 1


def _init(terminal: Terminal, books: Books, *arguments: str) -> Result:
    return terminal.run("init", "--prometheus", books.url, *arguments)


def test_a_first_configuration_is_valid_and_finds_what_a_bookseller_would(terminal: Terminal, books: Books) -> None:
    output = terminal.state.parent / "first.yaml"
    result = _init(terminal, books, "--parameter", "discount=0:0.5:0.1", "--output", str(output), "--json")
    assert (result.code, result.err) == (0, "")
    told = result.json()
    assert (told["job"], told["scrape_interval"], told["complete"]) == ("books", 15, True)
    assert told["primary"] == "sales_per_visits"
    names = [one["name"] for one in told["candidates"]]
    assert {"books_load_seconds_mean", "books_load_seconds_above_0_5", "books_stock_ratio"} < set(names)
    load = next(one for one in told["candidates"] if one["name"] == "books_load_seconds_mean")
    assert (load["direction"], load["level"]) == ("lower", pytest.approx(0.2, abs=0.002))
    assert load["detects"] < load["margin"]
    read = read_config(output)
    assert read.prometheus.selector == {"job": "books"}
    assert [judged.kpi.name for judged in read.judged] == [told["primary"], *told["guardrails"]]
    place = ("--config", str(output), "--state", str(terminal.state))
    assert terminal.run("autopilot", "validate", "--online", *place).code == 0
    assert terminal.run("doctor", *place).code == 0


def test_parameters_that_are_exposed_are_templates_until_their_bounds_are_said(
    terminal: Terminal, books: Books
) -> None:
    result = _init(terminal, books, "--dry-run")
    assert result.code == 0
    assert "  # discount: {low: LOW, high: HIGH, default: 0.1" in result.out
    filled = result.out.replace("  # discount: ", "  discount: ").replace("LOW", "0").replace("HIGH", "1")
    found = yaml.safe_load(filled.replace("STEP", "0.1"))
    assert found["parameters"]["discount"]["default"] == 0.1
    assert not (Path.cwd() / "first.yaml").exists()


def test_nothing_is_overwritten_by_chance(terminal: Terminal, books: Books) -> None:
    output = terminal.state.parent / "first.yaml"
    output.write_text("precious", encoding="utf-8")
    result = _init(terminal, books, "--output", str(output))
    assert (result.code, "--force" in result.error()) == (2, True)
    assert output.read_text(encoding="utf-8") == "precious"
    assert _init(terminal, books, "--output", str(output), "--force", "--primary", "books_stock_ratio").code == 0
    assert yaml.safe_load(output.read_text(encoding="utf-8"))["kpis"]["primary"] == "books_stock_ratio"


def test_a_job_without_arms_says_what_is_missing(terminal: Terminal, books: Books) -> None:
    result = _init(terminal, books, "--job", "mail", "--dry-run")
    assert result.code == 0
    assert "# CHECK: no canary can run before every series has the label variant" in result.out
    assert "source_labels: [group]" in result.out
    assert "opened_per_sent" in result.out
    missing = _init(terminal, books, "--job", "mial", "--dry-run")
    assert (missing.code, "did you mean 'mail'?" in missing.error()) == (2, True)
    nothing = _init(terminal, books, "--job", "web", "--dry-run")
    assert (nothing.code, "makes a KPI" in nothing.error()) == (3, True)
    down = _init(terminal, books, "--job", "down", "--dry-run")
    assert (down.code, "job down is down: Prometheus has no answer from d:1" in down.error()) == (3, True)
    primary = _init(terminal, books, "--primary", "sale_per_visits", "--dry-run")
    assert (primary.code, "did you mean 'sales_per_visits'?" in primary.error()) == (2, True)


def test_at_a_terminal_the_primary_kpi_is_chosen(terminal: Terminal, books: Books) -> None:
    output = terminal.state.parent / "first.yaml"
    code, shown = at_terminal("init", "--prometheus", books.url, "--output", str(output), typed="2\n", columns=200)
    assert code == 0
    assert "Which one must a change improve?" in shown
    chosen = yaml.safe_load(output.read_text(encoding="utf-8"))["kpis"]["primary"]
    row = next(line for line in shown.splitlines() if line.startswith("2 "))
    assert chosen in row
