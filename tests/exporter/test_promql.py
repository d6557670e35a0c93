"""Queries: hostile label values cannot break out, and every query is one that Prometheus understands."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter import names, promql
from exporter.catalog import CATALOG
from exporter.metric import Direction, GaugeReading, Kpi, MeanReading, Reading, Selector, Unit

HOSTILE = (
    '"',
    "\\",
    "\\\\",
    '\\"',
    "\n",
    "\r\n",
    "\t",
    "}",
    '"} or vector(1) or x{a="',
    "{{ }}",
    "$__interval",
    "`",
    "'",
    "#",
    "\x01",
    "\ufffd",
    "\u00fc\u4e2d\U0001f600",
    "\u2028",
    "\\x41",
    "\\n",
    "",
)
MEAN = Kpi(
    "mean",
    "Mean",
    "Mean.",
    MeanReading(Selector("vvtv_llm_request_duration_seconds")),
    Direction.LOWER,
    Unit.SECONDS,
    1.0,
)
KPIS = (*CATALOG.kpis, MEAN)


def queries() -> Iterator[str]:
    """Return every kind of query for every KPI, with hostile selectors, too."""
    selectors: list[tuple[tuple[str, str], ...]] = [(), *((("job", value), ("instance", "i")) for value in HOSTILE)]
    for selector in selectors:
        for kpi in KPIS:
            yield promql.evidence(kpi, selector)
            yield promql.level(kpi, "5m", selector=selector)
            yield promql.level(kpi, "90s", (names.VARIANT, "instance"), selector)
        yield promql.select(Selector("up"), selector)


def _matched(query: str) -> dict[str, str]:
    """Return the label values that the query's one selector asks for, as the parser understands them."""
    parsed = promql_parser.parse(query)
    assert isinstance(parsed, promql_parser.VectorSelector)
    return {matcher.name: matcher.value for matcher in parsed.matchers.matchers}


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_label_value_is_matched_as_it_is(value: str) -> None:
    assert _matched(promql.select(Selector("up", (("a", value), ("b", "c"))))) == {"a": value, "b": "c"}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_label_value_is_matched_as_it_is(value: str) -> None:
    assert _matched(promql.select(Selector("up", (("a", value),)))) == {"a": value}


def test_a_selector_without_matches_has_no_braces() -> None:
    assert promql.select(Selector("up")) == "up"
    assert promql.select(Selector("up"), (("job", "x"),), "_sum") == 'up_sum{job="x"}'


def test_every_query_is_promql() -> None:
    for query in queries():
        promql_parser.parse(query)


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.name)
def test_evidence_answers_every_arm_in_one_query(kpi: Kpi) -> None:
    query = promql.evidence(kpi)
    assert "variant=" not in query
    grouped = "by (variant)" if isinstance(kpi.reading, GaugeReading) else "by (variant, instance)"
    assert grouped in query


def test_a_gauge_has_no_counters() -> None:
    with pytest.raises(TypeError, match="GaugeReading has no counters"):
        promql._parts(GaugeReading(Selector("up")), ())


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "1s"), (90, "90s"), (86400.0, "86400s"), (1.5, "1500ms"), (0.25, "250ms"), (90.5, "90500ms"), (1e-9, "1ms")],
)
def test_durations_are_whole_seconds_or_milliseconds(seconds: float, text: str) -> None:
    assert promql.duration(seconds) == text


@given(seconds=st.floats(0.001, 1e9))
def test_durations_are_read_as_they_are_written(seconds: float) -> None:
    assert promql.seconds(promql.duration(seconds)) == pytest.approx(seconds, abs=0.0005)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("15s", 15), ("1m30s", 90), ("500ms", 0.5), ("2w", 1209600), ("1y1d", 31622400), ("0s", 0)],
)
def test_durations_that_prometheus_writes_are_read(text: str, seconds: float) -> None:
    assert promql.seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "d", "15 d", "1.5h", "-1d", "10GiB", "15d or 10GiB", "\u0661d"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert promql.seconds(text) is None


def test_every_reading_is_covered_by_some_kpi_here() -> None:
    kinds: set[type[Reading]] = {type(kpi.reading) for kpi in KPIS}
    assert kinds == set(Reading.__args__)
