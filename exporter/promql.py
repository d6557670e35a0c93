"""Pure: Metric and Kpi -> query text. Label values are escaped here and nowhere else.

Every query for a KPI returns all arms at once: one query per KPI, not one per arm.
"""

from __future__ import annotations

import re

from exporter import names
from exporter.metric import GaugeReading, Kpi, MeanReading, RatioReading, Reading, Selector, ShareAboveReading
from exporter.seconds import DAY, HOUR, MINUTE

PART = "part"
"""Label that tells a counter query's two parts (events and trials) from each other."""
EVENTS = "events"
TRIALS = "trials"
_UNITS = {"y": 365 * DAY, "w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE, "s": 1.0, "ms": 0.001}
_AMOUNT = re.compile(r"([0-9]+)(ms|[ywdhms])")
_DURATION = re.compile(r"([0-9]+(ms|[ywdhms]))+")


def escape(value: str) -> str:
    r"""Return `value` as the inside of a double-quoted PromQL string: backslash, quote and line ends are escaped.

    So is U+FFFD, which Prometheus' lexer takes for broken UTF-8 when it stands as itself.
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return escaped.replace("\ufffd", "\\ufffd")


def matcher(label: str, value: str) -> str:
    """Return `label="value"` with the value escaped."""
    return f'{label}="{escape(value)}"'


def select(selector: Selector, extra: tuple[tuple[str, str], ...] = (), suffix: str = "") -> str:
    """Return the instant vector of a selector, e.g. `vvtv_plays_total{completed="true"}`."""
    inside = ",".join(matcher(label, value) for label, value in (*selector.matches, *extra))
    return f"{selector.metric}{suffix}" + (f"{{{inside}}}" if inside else "")


def duration(seconds: float) -> str:
    """Return a PromQL duration, in whole seconds or, for shorter times, milliseconds."""
    return (
        f"{round(seconds)}s" if seconds >= 1 and float(seconds).is_integer() else f"{max(1, round(seconds * 1000))}ms"
    )


def seconds(text: str) -> float | None:
    """Return the seconds of a duration as Prometheus writes it, like 1m30s or 2w; None for what is none."""
    if _DURATION.fullmatch(text) is None:
        return None
    return sum(int(count) * _UNITS[unit] for count, unit in _AMOUNT.findall(text))


def _parts(reading: Reading, extra: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """Return the counters (events, trials) of a reading that is a ratio of counters."""
    if isinstance(reading, RatioReading):
        return select(reading.events, extra), select(reading.trials, extra)
    if isinstance(reading, MeanReading):
        return select(reading.histogram, extra, "_sum"), select(reading.histogram, extra, "_count")
    if isinstance(reading, ShareAboveReading):
        below = select(reading.histogram, (*extra, (names.LE, reading.bound)), "_bucket")
        count = select(reading.histogram, extra, "_count")
        return f"({count} - ignoring({names.LE}) {below})", count
    raise TypeError(f"a {type(reading).__name__} has no counters")


def evidence(kpi: Kpi, selector: tuple[tuple[str, str], ...] = (), fresh: float | None = None) -> str:
    """Return the query for a range of samples of all arms.

    A gauge answers one series per arm (the mean over instances). Counter readings answer, per arm and instance, the raw
    counters `part="events"` and `part="trials"`: their increments are exact between scrapes, where `increase()` would
    extrapolate and lose the step between adjoining windows. `selector` narrows to the piloted service. `fresh` leaves
    out values of gauges that are older (seconds): Prometheus repeats the last one for five minutes when scrapes are
    missing. Counters need no such care: a repeated value is an increment of zero, the next one holds what was missed.
    """
    if isinstance(kpi.reading, GaugeReading):
        gauge = select(kpi.reading.selector, selector)
        if fresh is not None:
            gauge = f"{gauge} unless (time() - timestamp({gauge}) > {fresh:g})"
        return f"avg by ({names.VARIANT}) ({gauge})"
    by = f"sum by ({names.VARIANT}, instance)"
    events, trials = _parts(kpi.reading, selector)
    return (
        f'label_replace({by} ({events}), "{PART}", "{EVENTS}", "", "")'
        f' or label_replace({by} ({trials}), "{PART}", "{TRIALS}", "", "")'
    )


def level(kpi: Kpi, window: str, by: tuple[str, ...] = (), selector: tuple[tuple[str, str], ...] = ()) -> str:
    """Return the KPI's level over a look-back window (a PromQL duration, or `$__rate_interval`), per `by` labels.

    With no traffic in the window a ratio answers nothing rather than NaN.
    """
    group = f" by ({', '.join(by)})" if by else ""
    if isinstance(kpi.reading, GaugeReading):
        return f"avg{group} (avg_over_time({select(kpi.reading.selector, selector)}[{window}]))"
    if isinstance(kpi.reading, ShareAboveReading):
        below = select(kpi.reading.histogram, (*selector, (names.LE, kpi.reading.bound)), "_bucket")
        count = select(kpi.reading.histogram, selector, "_count")
        return f"1 - sum{group} (rate({below}[{window}])) / (sum{group} (rate({count}[{window}])) > 0)"
    events, trials = _parts(kpi.reading, selector)
    return f"sum{group} (rate({events}[{window}])) / (sum{group} (rate({trials}[{window}])) > 0)"
