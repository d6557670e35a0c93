"""Lengths of time in words."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from controller.config.fields import Seconds
from controller.duration import about, ago, duration, setting
from exporter.seconds import DAY, HOUR, MINUTE

SIZES = {"d": DAY, "h": HOUR, "min": MINUTE, "s": 1.0}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.004, "0 s"),
        (0.25, "0.25 s"),
        (2.54, "2.5 s"),
        (9.96, "10 s"),
        (45.4, "45 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (90, "1 min 30 s"),
        (20 * MINUTE, "20 min"),
        (754, "13 min"),
        (3599, "1 h"),
        (HOUR, "1 h"),
        (7800, "2 h 10 min"),
        (DAY, "1 d"),
        (36 * HOUR, "1 d 12 h"),
        (14 * DAY, "14 d"),
        (math.inf, "forever"),
        (math.nan, "-"),
    ],
)
def test_a_time_is_told_in_two_units_at_the_most(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@given(st.floats(0.01, 4000 * DAY))
def test_what_is_told_is_true_to_a_twentieth(seconds: float) -> None:
    text = duration(seconds)
    parts = re.findall(r"([\d.]+) (d|h|min|s)", text)
    assert " ".join(f"{count} {unit}" for count, unit in parts) == text
    told = sum(float(count) * SIZES[unit] for count, unit in parts)
    assert told == pytest.approx(seconds, rel=0.05, abs=0.005)


@given(st.floats(0, 4000 * DAY), st.floats(1, 100))
def test_no_unit_counts_as_many_as_the_next_one_holds(seconds: float, more: float) -> None:
    for text in (duration(seconds), duration(seconds * more)):
        for count, unit in re.findall(r"([\d.]+) (h|min|s)", text):
            assert float(count) <= {"h": 24, "min": 60, "s": 60}[unit]


def test_how_long_ago_a_time_was_is_never_negative() -> None:
    assert ago(1000.0, 1000.0 + 90 * MINUTE) == "1 h 30 min ago"
    assert ago(1010.0, 1000.0) == "0 s ago"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (75, "1.5 min"),
        (3601, "61 min"),
        (7100, "2 h"),
        (7300, "2.5 h"),
        (172800, "2 d"),
        (9.9e6, "115 d"),
    ],
)
def test_lengths_that_would_do_are_rounded_up(seconds: float, text: str) -> None:
    assert about(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.5, "500ms"),
        (1, "1s"),
        (1.5, "1500ms"),
        (0.0, "1ms"),
        (90, "90s"),
        (300, "5m"),
        (3600, "1h"),
        (5400, "90m"),
        (86400, "24h"),
        (172800, "2d"),
    ],
)
def test_settings_are_written_as_one_would(seconds: float, text: str) -> None:
    assert setting(seconds) == text


@given(st.integers(1, 10**10).map(lambda milliseconds: milliseconds / 1000))
def test_a_setting_is_read_back_as_it_was(seconds: float) -> None:
    assert TypeAdapter(Seconds).validate_python(setting(seconds)) == pytest.approx(seconds)
