"""The chain finds what was altered, and where."""

from __future__ import annotations

import json

import pytest

from controller.errors import IntegrityError
from controller.journal.chain import check, digest

Row = tuple[int, float, str, str, str, str, str]


def _rows(count: int) -> list[Row]:
    rows: list[Row] = []
    previous = ""
    for seq in range(1, count + 1):
        payload = {"kind": "pause_requested", "reason": f"\u00fc {seq}"}
        found = digest(payload, previous=previous, seq=seq, at=float(seq), writer="w", actor="a")
        rows.append((seq, float(seq), "w", "a", json.dumps(payload), previous, found))
        previous = found
    return rows


def test_a_whole_chain_is_counted() -> None:
    assert check(_rows(5), "here") == 5
    assert check([], "here") == 0


@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        (0, 9),
        (1, 2.5),
        (2, "x"),
        (3, "x"),
        (4, '{"kind": "pause_requested", "reason": "other"}'),
        (4, "{half"),
        (4, 5),
        (5, "f" * 64),
        (6, "f" * 64),
    ],
)
def test_any_altered_column_is_found_at_its_event(place: int, column: int, value: object) -> None:
    rows = _rows(5)
    altered = list(rows[place])
    altered[column] = value
    rows[place] = tuple(altered)  # type: ignore[assignment]  # wrong on purpose
    with pytest.raises(IntegrityError, match=f"here: the chain is broken at event {place + 1}:"):
        check(rows, "here")


def test_a_removed_an_exchanged_and_a_repeated_event_are_found() -> None:
    rows = _rows(5)
    for broken, at in (
        (rows[1:], 1),
        (rows[:2] + rows[3:], 3),
        ([rows[1], rows[0], *rows[2:]], 1),
        (rows[:2] + rows[1:], 3),
    ):
        with pytest.raises(IntegrityError, match=f"broken at event {at}:"):
            check(broken, "here")


def test_the_hash_does_not_depend_on_the_order_of_the_payloads_keys() -> None:
    one = digest({"a": 1, "b": 2}, previous="", seq=1, at=1.0, writer="w", actor="a")
    assert digest({"b": 2, "a": 1}, previous="", seq=1, at=1.0, writer="w", actor="a") == one


def test_the_hash_is_fixed_for_all_time() -> None:
    found = digest({"kind": "controller_stopped"}, previous="", seq=1, at=1.5, writer="w", actor="a")
    assert found == "a895c2dd89f6bae7baba8d69344098ba1b3396c80b94e8cc1bca7be7ff17bfe4"
