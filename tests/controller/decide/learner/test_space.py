"""Parameters as coordinates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.learner.space import Axis, Space
from exporter.parameters import Values

BATCH = Axis("batch", 1.0, 9.0, 1.0, whole=True)
MODE = Axis("mode", choices=("calm", "bold"))
HEAT = Axis("heat", 0.1, 2.0, 0.01)
MIXED = Space((MODE, HEAT, BATCH))


def test_values_survive_the_way_to_a_row_and_back_with_their_kinds_and_order() -> None:
    values: Values = {"heat": 0.35, "batch": 5, "mode": "bold"}
    (row,) = MIXED.rows([values])
    assert row.tolist() == [0.35, 5.0, 1.0]  # numbers first
    back = MIXED.values(row)
    assert back == values
    assert list(back) == ["mode", "heat", "batch"]
    assert [type(value) for value in back.values()] == [str, float, int]


def test_a_choice_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError, match="wild"):
        MIXED.rows([{"heat": 0.35, "batch": 5, "mode": "wild"}])


def test_features_are_slopes_squares_products_and_one_column_per_choice() -> None:
    rows = MIXED.rows(
        [{"heat": 2.0, "batch": 1, "mode": "calm"}, {"heat": 1.05, "batch": 5, "mode": "bold"}],
    )
    assert MIXED.features(rows).tolist() == [
        pytest.approx([1, -1, 1, 1, -1, 1, 0]),
        pytest.approx([0, 0, 0, 0, 0, 0, 1]),  # the middle of the bounds
    ]


@pytest.mark.parametrize(
    ("axes", "count"),
    [((MODE,), 2), ((HEAT,), 2), ((HEAT, BATCH), 5), ((MODE, Axis("kind", choices=("a", "b", "c"))), 5)],
)
def test_any_mix_has_its_features(axes: tuple[Axis, ...], count: int) -> None:
    space = Space(axes)
    first = {axis.name: axis.choices[0] if axis.choices else axis.low for axis in axes}
    assert space.features(space.rows([first, first])).shape == (2, count)


@pytest.mark.parametrize(
    ("quantum", "value", "snapped"),
    [
        (0.01, 0.7049, 0.7),
        (0.01, 0.1 + 0.2, 0.3),
        (0.1, 1.26, 1.3),
        (0.0, 0.123456, 0.123456),
        (1e-7, 1.23456789e-4, 1.235e-4),
    ],
)
def test_numbers_are_snapped_to_what_people_can_read(quantum: float, value: float, snapped: float) -> None:
    space = Space((Axis("a", 0.0, 2.0, quantum),))
    found = float(space.snapped(np.array([[value]]))[0, 0])
    assert found == snapped
    assert len(repr(found)) <= len(repr(snapped))


@given(st.floats(-1e6, 1e6), st.integers(-6, 3))
def test_snapping_moves_by_half_a_quantum_at_most_and_only_once(value: float, exponent: int) -> None:
    quantum = 10.0**exponent
    space = Space((Axis("a", -1e6, 1e6, quantum),))
    once = space.snapped(np.array([[value]]))
    assert abs(once[0, 0] - value) <= quantum / 2 + 1e-9 * max(1.0, abs(value))
    assert space.snapped(once)[0, 0] == once[0, 0]


def test_integers_stay_integers() -> None:
    space = Space((BATCH,))
    snapped = space.snapped(np.array([[4.4], [4.6]]))
    assert [space.values(row)["batch"] for row in snapped] == [4, 5]
