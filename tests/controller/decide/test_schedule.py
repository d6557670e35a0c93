"""When something is due: spellings, every moment once, what is caught up and what is skipped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.schedule import DAYS, Due, When, WhenError, due, latest, next_after, parse_when

HOUR = 3600.0
DAY = 24 * HOUR
CATCH_UP = 6 * HOUR
DAILY = parse_when("daily 03:00")
WHENS = st.one_of(
    st.builds(lambda h, m: f"daily {h:02}:{m:02}", st.integers(0, 23), st.integers(0, 59)),
    st.builds(
        lambda d, h, m: f"weekly {d} {h:02}:{m:02}", st.sampled_from(DAYS), st.integers(0, 23), st.integers(0, 59)
    ),
    st.sampled_from(("cron */15 * * * *", "cron 0 3 * * 1-5", "cron 30 1 1 * *", "cron 0 0 29 2 *", "cron 0 12 l * *")),
).map(parse_when)
TIMES = st.floats(datetime(1990, 1, 1, tzinfo=UTC).timestamp(), datetime(2080, 1, 1, tzinfo=UTC).timestamp())


def _unix(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


THREE = _unix("2026-03-10 03:00")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("daily 03:00", When("daily 03:00", "0 3 * * *")),
        ("  Daily   23:59 ", When("daily 23:59", "59 23 * * *")),
        ("weekly sun 02:00", When("weekly sun 02:00", "0 2 * * 0")),
        ("WEEKLY Mon 00:05", When("weekly mon 00:05", "5 0 * * 1")),
        ("cron */5 0-6 * jan,jul sat", When("cron */5 0-6 * jan,jul sat", "*/5 0-6 * jan,jul sat")),
        ("never", When("never", None)),
    ],
)
def test_a_plan_has_one_spelling(text: str, wanted: When) -> None:
    assert parse_when(text) == wanted
    assert parse_when(str(wanted)) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'' says no moments: write \"daily 03:00\""),
        ("03:00", "says no moments"),
        ("daily", "says no moments"),
        ("daily 3:00", "'3:00' is no time of day: write it like 03:00"),
        ("daily 24:00", "no time of day"),
        ("daily 03:60", "no time of day"),
        ("weekly sunday 02:00", "'sunday' is no day of the week: write one of mon, tue"),
        ("weekly 02:00", "says no moments"),
        ("cron 0 3 * *", "cron needs five fields (minute, hour, day-of-month, month, day-of-week), there are 4"),
        ("cron 0 0 3 * * *", "there are 6"),
        ("cron 60 3 * * *", "cron: '60' is no minute"),
        ("cron 0 24 * * *", "cron: '24' is no hour"),
        ("cron 0 3 0 * *", "cron: '0' is no day-of-month"),
        ("cron 0 3 * 13 *", "cron: '13' is no month"),
        ("cron 0 3 * * 8", "cron: '8' is no day-of-week"),
        ("cron */0 3 * * *", "cron: '*/0' is no minute"),
        ("cron 0 0 31 2 *", "never fires: no date has day-of-month 31, month 2"),
        ("cron 0 0 30 feb *", "never fires"),
        ("cron 0 0 31 4,6,9,11 *", "never fires"),
    ],
)
def test_what_says_no_moments_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(WhenError) as caught:
        parse_when(text)
    assert said in str(caught.value)


@given(st.text(alphabet="0123456789*/-,#LWlwMONsat ", max_size=24))
def test_any_cron_text_is_either_refused_with_words_or_fires(fields: str) -> None:
    said, when = "", None
    try:
        when = parse_when(f"cron {fields}")
    except WhenError as error:
        said = str(error)
    assert (when is None) is bool(said)
    assert when is None or next_after(when, THREE) is not None


@pytest.mark.parametrize(
    ("last", "now", "wanted"),
    [
        (THREE - DAY, THREE - 1, None),
        (THREE - DAY, THREE, Due(THREE, skipped=False)),
        (THREE - 1, THREE + CATCH_UP, Due(THREE, skipped=False)),
        (THREE - 1, THREE + CATCH_UP + 1, Due(THREE, skipped=True)),
        (THREE, THREE, None),  # dealt with at that very second
        (THREE + 5, THREE + 60, None),
        (THREE + 5, THREE + DAY, Due(THREE + DAY, skipped=False)),
        (THREE + 60, THREE + 90, None),  # a journal that began after the moment has missed nothing
        (THREE - 30 * DAY, THREE + HOUR, Due(THREE, skipped=False)),  # a month down: once, the latest
        (THREE + 9 * DAY, THREE, None),  # the clock went back nine days
    ],
)
def test_a_moment_is_due_once_and_no_longer_than_it_can_be_caught_up(
    last: float, now: float, wanted: Due | None
) -> None:
    assert due(DAILY, last, now, CATCH_UP) == wanted


def test_never_is_never_due() -> None:
    never = parse_when("never")
    assert (due(never, 0.0, THREE, CATCH_UP), next_after(never, THREE), latest(never, THREE)) == (None, None, None)


@pytest.mark.parametrize(
    ("when", "now", "wanted"),
    [
        ("daily 03:00", "2026-12-31 03:00", "2027-01-01 03:00"),
        ("daily 00:00", "2028-02-28 12:00", "2028-02-29 00:00"),
        ("weekly sun 02:00", "2026-12-27 02:00", "2027-01-03 02:00"),
        ("cron 0 0 29 2 *", "2026-01-01 00:00", "2028-02-29 00:00"),
        ("cron 0 0 l 2 *", "2028-02-01 00:00", "2028-02-29 00:00"),
        ("cron 0 0 l 2 *", "2027-02-01 00:00", "2027-02-28 00:00"),
        ("cron 59 23 31 12 *", "2026-12-31 23:59", "2027-12-31 23:59"),
        ("daily 02:30", "2026-03-29 00:00", "2026-03-29 02:30"),  # an hour that many places do not have: UTC has it
    ],
)
def test_leap_days_and_the_ends_of_years(when: str, now: str, wanted: str) -> None:
    assert next_after(parse_when(when), _unix(now)) == _unix(wanted)
    assert latest(parse_when(when), _unix(wanted)) == _unix(wanted)


@given(WHENS, TIMES)
def test_the_last_moment_and_the_next_enclose_now_with_none_between(when: When, now: float) -> None:
    before, after = latest(when, now), next_after(when, now)
    assert before is not None
    assert after is not None
    assert before <= now < after
    assert next_after(when, before) == after
    assert latest(when, after - 1) == before


@given(st.integers(0, 23), st.integers(0, 59), TIMES)
def test_the_next_daily_moment_is_that_of_the_calendar(hour: int, minute: int, now: float) -> None:
    moment = datetime.fromtimestamp(now, UTC)
    wanted = moment.replace(hour=hour, minute=minute, second=0, microsecond=0)
    wanted += timedelta(days=1) if wanted <= moment else timedelta()
    assert next_after(parse_when(f"daily {hour:02}:{minute:02}"), now) == wanted.timestamp()


@given(WHENS, TIMES, st.lists(st.floats(-3 * DAY, 12 * DAY), min_size=1, max_size=12))
def test_however_the_clock_goes_no_moment_is_dealt_with_twice_or_before_the_journal(
    when: When, began: float, jumps: list[float]
) -> None:
    last, now, dealt = began, began, []
    for jump in jumps:
        now += jump
        found = due(when, last, now, CATCH_UP)
        if found is not None:
            assert began < found.at <= now
            assert found.skipped is (now - found.at > CATCH_UP)
            dealt.append(found.at)
            last = max(last, now)
    assert dealt == sorted(set(dealt))


@given(st.integers(0, 23), st.integers(0, 59), st.floats(0, DAY - 1))
def test_looking_every_ten_minutes_runs_it_once_a_day_at_its_minute(hour: int, minute: int, start: float) -> None:
    """The journal begins at the first look, so what is late on that day is not caught up."""
    when, began = parse_when(f"daily {hour:02}:{minute:02}"), THREE + start
    last, runs = began, []
    for look in range(3 * 24 * 6):
        now = began + 600 * look
        if due(when, last, now, CATCH_UP) is not None:
            last = now
            runs.append(now)
    first = next_after(when, began)
    assert first is not None
    days = [first + day * DAY for day in range(3) if first + day * DAY <= began + 600 * (3 * 24 * 6 - 1)]
    assert len(runs) == len(days)
    assert all(0 <= run - day < 600 for run, day in zip(runs, days, strict=True))
