"""The quick way to an event's hash finds what the plain one finds, whatever texts hold and whatever was altered."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from controller.errors import IntegrityError
from controller.journal.chain import Row, check, digest

_TEXTS = st.text(max_size=12) | st.sampled_from(
    ["a, b", 'x": "y', "\\", '\\"', ": ,", "\x00\x01\x02", "\u2028", '", "']
)
_PAYLOADS = st.dictionaries(
    _TEXTS,
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


def _row(payload: dict[str, object], actor: str = "ann") -> Row:
    found = digest(payload, previous="", seq=1, at=0.1, writer="w", actor=actor)
    return (1, 0.1, "w", actor, json.dumps(payload, sort_keys=True), "", found)


@given(_PAYLOADS, st.text(max_size=5))
@example({'a": "b': [", ", ': "']}, '"')
def test_what_was_written_is_whole(payload: dict[str, object], actor: str) -> None:
    assert check([_row(payload, actor)], "here") == 1


@given(_PAYLOADS, st.floats(0, 1, exclude_max=True), st.characters())
def test_whatever_is_altered_in_a_text_is_found_unless_it_says_the_same(
    payload: dict[str, object], where: float, new: str
) -> None:
    row = _row(payload)
    text, place = row[4], int(where * len(row[4]))
    for altered in (
        text[:place] + new + text[place + 1 :],
        text[:place] + text[place + 1 :],
        text[:place] + new + text[place:],
    ):
        try:
            same = json.dumps(json.loads(altered), sort_keys=True) == text
        except ValueError:
            same = False
        if same:
            assert check([(*row[:4], altered, *row[5:])], "here") == 1
        else:
            with pytest.raises(IntegrityError):
                check([(*row[:4], altered, *row[5:])], "here")


@pytest.mark.parametrize(("old", "new"), [("a,b", "a, b"), ("a, b", "a,b"), ("a:b", "a: b")])
def test_a_space_in_a_text_counts(old: str, new: str) -> None:
    row = _row({"reason": old})
    with pytest.raises(IntegrityError):
        check([(*row[:4], row[4].replace(old, new), *row[5:])], "here")
