"""Options that several commands share."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from controller.cli import options
from controller.errors import ConfigError
from controller.stack.layout import Layout


def test_the_configuration_is_the_one_given_else_the_stack_s_own_else_the_one_here(tmp_path: Path) -> None:
    given = tmp_path / "given.yaml"
    assert options.config_path(given, tmp_path) == given
    assert options.config_path(None, tmp_path) == Path("autopilot.yaml")
    own = Layout(tmp_path).autopilot
    own.parent.mkdir()
    own.touch()
    assert options.config_path(None, tmp_path) == own


def test_the_folder_and_the_configuration_can_be_named_once_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    @options.state_option
    @options.config_option
    def show(state: Path, config: Path | None) -> None:
        click.echo(f"{state} {config}")

    def shown(*arguments: str) -> str:
        return CliRunner().invoke(show, arguments).output.strip()

    assert shown() == "var/stack None"
    monkeypatch.setenv("VVTV_STATE", "/srv/ours")
    monkeypatch.setenv("VVTV_CONFIG", "ours.yaml")
    assert shown() == "/srv/ours ours.yaml"
    assert shown("--state", "other", "--config", "other.yaml") == "other other.yaml"


def test_the_controller_s_things_are_in_the_stack_s_folder(tmp_path: Path) -> None:
    place = options.place(tmp_path)
    assert (place.state, place.parameters) == (tmp_path / "controller", tmp_path / "parameters" / "live.json")


def test_json_has_null_for_what_json_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    options.print_json({"a": float("nan"), "b": [float("inf"), 1.5], 3: (None, "x"), "p": Path("y")})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None, 1.5], "3": [None, "x"], "p": "y"}


def test_the_actor_is_who_is_at_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "ann")
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert options.actor() == "ann"
    monkeypatch.setenv("SUDO_USER", "ben")
    assert options.actor() == "ben"


@pytest.mark.parametrize(
    ("text", "seconds"), [("90m", 5400), ("2h", 7200), ("7d", 604800), ("300ms", 0.3), ("45s", 45)]
)
def test_a_time_is_read_with_its_unit(text: str, seconds: float) -> None:
    assert options.duration("--for", text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "0s", "-2h", "nan", "inf", "soon", "2 weeks", "\u0662h"])
def test_what_is_no_time_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ConfigError, match=r"--for .*: write a time above 0 like 90m, 2h or 7d"):
        options.duration("--for", text)


def test_a_time_without_its_unit_is_asked_which_one() -> None:
    with pytest.raises(ConfigError, match="--for '5': 5s, 5m or 5h"):
        options.duration("--for", "5")


def test_a_time_that_is_too_long_is_refused_with_what_to_do() -> None:
    with pytest.raises(ConfigError, match="1d is the longest; do it otherwise"):
        options.duration("--for", "25h", longest=86400, instead="do it otherwise")


def test_no_time_is_longer_than_dates_go_back() -> None:
    assert options.duration("--last", "365000d") == 365_000 * 86400
    with pytest.raises(ConfigError, match="365000d is the longest"):
        options.duration("--last", "365001d")
