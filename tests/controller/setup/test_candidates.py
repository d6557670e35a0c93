"""Which KPIs a service's series could make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.adapters.answer import Series
from controller.config.kpi import MetricSection
from controller.setup.candidate import Candidate
from controller.setup.candidates import candidates
from controller.setup.ranking import metric
from exporter.metric import Direction


def series(name: str, values: list[float], **labels: str) -> Series:
    """Return a series with a value each 15 s."""
    labels = {"__name__": name, "job": "shop", "instance": "a:1", "variant": "control", **labels}
    return Series(labels, 15.0 * np.arange(len(values), dtype=np.float64), np.array(values, dtype=np.float64))


def named(*found: Series, **kinds: str) -> dict[str, Candidate]:
    """Return the candidates by name."""
    return {one.name: one for one in candidates(found, kinds)}


def test_a_pair_of_counters_of_one_family_is_a_share() -> None:
    found = named(series("shop_visits_total", [0, 100, 200]), series("shop_orders_total", [0, 30, 60]))
    assert set(found) == {"orders_per_visits"}
    one = found["orders_per_visits"]
    assert (one.how, one.level, one.direction, one.sure) == ("ratio", 0.3, Direction.HIGHER, True)
    assert named(series("shop_visits_total", [0, 100]), series("mail_orders_total", [0, 30])) == {}


def test_what_says_the_values_of_parameters_is_no_kpi() -> None:
    assert "stock" in named(series("stock", [3.0, 4.0]))
    assert named(series("vvtv_parameter_value", [3.0, 4.0], parameter="price")) == {}


def test_the_values_of_a_label_are_outcomes() -> None:
    ok = series("shop_calls_total", [0, 90], result="ok")
    bad = series("shop_calls_total", [0, 10], result="error")
    (one,) = named(ok, bad).values()
    assert one.reading["events"]["labels"] in ({"result": "ok"}, {"result": "error"})
    assert one.direction is (Direction.HIGHER if one.reading["events"]["labels"]["result"] == "ok" else Direction.LOWER)
    many = [series("shop_calls_total", [0, 10], path=f"/{index}") for index in range(50)]
    assert named(*many) == {}  # paths are no outcomes


def test_a_counter_that_began_again_counts_from_zero() -> None:
    found = named(series("a_tries_total", [0, 50, 0, 50]), series("a_hits_total", [0, 20, 0, 20]))
    assert found["hits_per_tries"].level == pytest.approx(0.4)


def test_a_histogram_is_its_mean_and_its_tail() -> None:
    found = named(
        series("page_seconds_count", [0, 1000]),
        series("page_seconds_sum", [0, 200]),
        series("page_seconds_bucket", [0, 400], le="0.1"),
        series("page_seconds_bucket", [0, 880], le="0.5"),
        series("page_seconds_bucket", [0, 1000], le="+Inf"),
    )
    assert set(found) == {"page_seconds_mean", "page_seconds_above_0_5"}
    assert (found["page_seconds_mean"].level, found["page_seconds_mean"].unit) == (0.2, "seconds")
    assert found["page_seconds_above_0_5"].level == pytest.approx(0.12)
    assert {one.direction for one in found.values()} == {Direction.LOWER}


def test_a_gauge_that_moves_is_one_and_one_that_stands_is_none() -> None:
    found = named(series("hit_ratio", [0.5, 0.6]), series("version_info", [1, 2]), series("still", [3, 3]))
    assert {name: one.unit for name, one in found.items()} == {"hit_ratio": "ratio"}


def test_too_little_traffic_makes_nothing() -> None:
    assert named(series("shop_visits_total", [0, 9]), series("shop_orders_total", [0, 3])) == {}
    assert named(series("page_seconds_count", [0, 9]), series("page_seconds_sum", [0, 3])) == {}
    assert named(series("gone", [float("nan")])) == {}
    assert candidates((), {}) == ()


text = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=8)


@settings(max_examples=50)
@given(st.lists(st.tuples(text, text, st.integers(0, 10**6), st.integers(0, 10**6)), max_size=8))
def test_whatever_names_labels_and_values_are_each_candidate_is_an_entry_that_the_reader_takes(
    found: list[tuple[str, str, int, int]],
) -> None:
    made = candidates(
        [
            series(f"m{index % 2}_{ord(name[0])}_total", [0, a, a + b], x=label)
            for index, (name, label, a, b) in enumerate(found)
        ],
        {},
    )
    for one in made:
        assert MetricSection.model_validate(metric(one, 0.1)).name == one.name
    assert len({one.name for one in made}) == len(made)
