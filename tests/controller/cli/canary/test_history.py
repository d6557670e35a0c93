"""`vvtvctl canary history`."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.controller.casebook.past import RAIL, Past
from tests.controller.cli.canary.stage import at_terminal
from tests.controller.cli.terminal import Terminal


def listed(terminal: Terminal, *arguments: str) -> list[str]:
    result = terminal.run("canary", "history", *arguments, "--json", *terminal.place)
    assert result.code == 0
    found: list[dict[str, Any]] = result.json()["canaries"]
    return [item["id"] for item in found]


@pytest.fixture
def full(terminal: Terminal) -> Terminal:
    """Return a terminal on a stack with six canaries, the last of which runs."""
    with Past(terminal.state) as past:
        for _ in range(3):
            past.propose().harmed()
        past.propose().promoted()
        past.propose(12, 14, parameter="top_k").fruitless(0.001, 0.012)
        past.propose().start()
    return terminal


def test_canaries_are_listed_newest_first_with_patterns_below(full: Terminal) -> None:
    result = full.run("canary", "history", *full.place)
    assert result.code == 0
    ids = [line.split()[0] for line in result.out.splitlines() if line.startswith("cycle-")]
    assert ids == [f"cycle-{number}" for number in (6, 5, 4, 3, 2, 1)]
    for said in ("rolled back:", "promoted", RAIL, "+11 pp (+7 to +15)", "running", "20 min"):
        assert said in result.out
    assert result.out.splitlines()[-2:] == [
        "What repeats",
        f"3 of 4 raises of temperature ended as harm on {RAIL}",
    ]


@pytest.mark.parametrize("columns", [80, 90, 100, 140])
def test_no_column_is_lost_and_no_word_broken_on_a_narrow_terminal(full: Terminal, columns: int) -> None:
    code, shown = at_terminal("canary", "history", *full.place, columns=columns)
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert code == 0
    assert max(len(line) for line in text.splitlines()) <= columns
    for said in ("cycle-6", "temperature", "top_k", "rolled back:", "harm", "promoted", RAIL, "(+7 to +15)", "20 min"):
        assert said in text


def test_filters(full: Terminal) -> None:
    assert listed(full, "--limit", "2") == ["cycle-6", "cycle-5"]
    assert listed(full, "--outcome", "rolled_back") == ["cycle-3", "cycle-2", "cycle-1"]
    assert listed(full, "--parameter", "top_k") == ["cycle-5"]
    assert listed(full, "--parameter", "nothing") == []
    assert listed(full, "--since", "1s") == []
    assert len(listed(full, "--since", "36500d")) == 6


def test_patterns_are_those_of_what_is_listed(full: Terminal) -> None:
    assert "What repeats" not in full.run("canary", "history", "--limit", "5", *full.place).out
    shown = full.run("canary", "history", "--outcome", "rolled_back", "--json", *full.place).json()
    assert [(item["count"], item["of"]) for item in shown["patterns"]] == [(3, 3)]


@pytest.mark.parametrize(
    "arguments", [("--since", "soon"), ("--since", "0s"), ("--limit", "0"), ("--outcome", "splendid")]
)
def test_wrong_filters_are_refused(full: Terminal, arguments: tuple[str, str]) -> None:
    assert full.run("canary", "history", *arguments, *full.place).code == 2


def test_before_the_first_canary_there_is_nothing_to_list(terminal: Terminal) -> None:
    assert terminal.run("canary", "history", *terminal.place).code == 2
    with Past(terminal.state):
        pass
    result = terminal.run("canary", "history", *terminal.place)
    assert (result.code, "no canary to show" in result.out) == (0, True)
