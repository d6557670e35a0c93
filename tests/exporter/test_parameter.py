"""One parameter: a choice among texts takes those texts and nothing else; numbers stay as they were."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.parameter import ParameterError, ParameterSpec, Value, choice, number, shown

RANKER = choice("ranker", ("bm25", "learned", "mixed order"), "bm25")
HEAT = ParameterSpec("heat", "float", 0.1, 2.0, 0.6)
TOP = ParameterSpec("top", "int", 1, 40, 12)
TEXTS = st.text(st.characters(categories=("L", "N", "P")), min_size=1)


def test_a_choice_takes_its_texts() -> None:
    assert [RANKER.check(text) for text in RANKER.choices] == list(RANKER.choices)
    assert (RANKER.low, RANKER.high) == (0, 2)


@pytest.mark.parametrize("value", ["bm26", "", "BM25", " bm25", 0, 1.0, True, ["bm25"], math.nan])
def test_what_is_none_of_the_choices_is_refused_with_the_list(value: object) -> None:
    with pytest.raises(ParameterError, match=r"parameter ranker: .* is none of bm25, learned, mixed order"):
        RANKER.check(value)


def test_a_misspelt_choice_is_told_the_nearest_and_a_missing_one_that_it_is_missing() -> None:
    with pytest.raises(ParameterError, match="did you mean 'learned'"):
        RANKER.check("learnt")
    with pytest.raises(ParameterError, match="its value is missing"):
        RANKER.check(None)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ((), "at least 2 are needed"),
        (("a",), "at least 2 are needed"),
        (("a", "a"), "'a' stands twice"),
        (("a", ""), "must be printable"),
        (("a", " b"), "no spaces around it"),
        (("a", "b\x1b[31m"), "must be printable"),
        (("a", "\ud800"), "must be printable"),
        (("b", "c"), "'a' is none of b, c"),
    ],
)
def test_choices_that_make_no_parameter_are_refused(choices: tuple[str, ...], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        choice("mode", choices, "a")


def test_bounds_and_choices_do_not_mix() -> None:
    with pytest.raises(ParameterError, match="choices belong to kind choice"):
        ParameterSpec("heat", "float", 0.0, 1.0, 0.5, "", ("a", "b"))
    with pytest.raises(ParameterError, match="the bounds of a choice are its indices"):
        ParameterSpec("mode", "choice", 0, 5, "a", "", ("a", "b"))


@given(st.lists(TEXTS, min_size=2, max_size=6, unique=True))
def test_every_choice_is_read_back_and_has_its_index(texts: list[str]) -> None:
    spec = choice("mode", tuple(texts), texts[-1])
    assert [spec.read(f" {text} ") for text in texts] == texts
    assert [spec.index(text) for text in texts] == [float(at) for at in range(len(texts))]


@pytest.mark.parametrize(
    ("spec", "text", "value"), [(HEAT, "0.75", 0.75), (TOP, "20", 20), (TOP, "2e1", 20), (RANKER, "learned", "learned")]
)
def test_what_people_type_is_read_as_the_parameters_kind(spec: ParameterSpec, text: str, value: Value) -> None:
    found = spec.read(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("spec", "text", "said"),
    [
        (HEAT, "much", "'much' is not a number"),
        (HEAT, "", "'' is not a number"),
        (HEAT, "nan", "is not finite"),
        (HEAT, "9", "outside hard bounds"),
        (TOP, "1.5", "not a whole number"),
        (RANKER, "1", "'1' is none of"),
    ],
)
def test_what_cannot_be_read_says_why(spec: ParameterSpec, text: str, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        spec.read(text)


def test_numbers_are_their_own_index_and_a_text_is_no_number() -> None:
    assert (HEAT.index(0.75), TOP.index(7)) == (0.75, 7.0)
    assert number({"heat": 0.75}, "heat") == 0.75
    with pytest.raises(ParameterError, match="parameter ranker: 'bm25' is not a number"):
        number({"ranker": "bm25"}, "ranker")


def test_values_as_people_read_them() -> None:
    assert [shown(value) for value in (0.6, 12, 1e-5, "mixed order")] == ["0.6", "12", "1e-05", "mixed order"]
    assert [shown(value) for value in (float("nan"), 10**400)] == ["nan", "a number of this size"]
