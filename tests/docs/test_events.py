"""docs/events.md tells every kind of event, and every word of the process, once, with its level and what to do."""

from __future__ import annotations

import ast
import typing
from collections import Counter
from collections.abc import Iterator

import pytest

from controller.journal import event as ev
from controller.log import concerning
from tests.docs import pages

PAGE = pages.read(pages.DOCS / "events.md")
ROWS = pages.rows(PAGE, "event")


def words() -> Iterator[str]:
    """Yield what the process calls the lines that it logs of itself: `_say(text, word)`, `Entry(text, level, word)`."""
    for path in (pages.ROOT / "controller").rglob("*.py"):
        text = pages.read(path)
        if "from controller.log import" not in text:
            continue
        for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            place = {"_say": 1, "Entry": 2}.get(name, len(call.args))
            found = [*call.args[place : place + 1], *(one.value for one in call.keywords if one.arg == "event")]
            yield from (str(one.value) for one in found if isinstance(one, ast.Constant))


PROCESS = set(words())
KINDS = {str(one.model_fields["kind"].default): one for one in typing.get_args(typing.get_args(ev.Payload)[0])}
NAMED = Counter(name for row in ROWS for name in pages.inline(row[0]))


def test_every_kind_of_the_journal_and_every_word_of_the_process_stands_there_once() -> None:
    assert {"started", "listening", "cut_short", "held", "cycle_cost"} <= PROCESS
    assert set(NAMED) == set(KINDS) | PROCESS, "docs/events.md: one row for each event (right), for nothing else (left)"
    assert {name for name, times in NAMED.items() if times > 1} == set(), "docs/events.md: twice there"


def test_every_row_says_what_happened() -> None:
    assert [row for row in ROWS if len(row) != 3 or not row[1]] == []


WORST: dict[str, dict[str, object]] = {"cycle_ended": {"outcome": "failed"}, "job_done": {"ok": False}}


@pytest.mark.parametrize("kind", KINDS)
def test_what_concerns_people_is_marked_and_says_what_to_do(kind: str) -> None:
    (row,) = (row for row in ROWS if kind in pages.inline(row[0]))
    warned = concerning(KINDS[kind].model_construct(**WORST.get(kind, {})))
    assert ("`warning`" in row[1]) == warned, f"docs/events.md: {kind}: `warning` in the second column, if and only if"
    assert row[2] or not warned, f"docs/events.md: {kind}: say in the third column what to do"
