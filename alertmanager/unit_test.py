"""Pure: the cases of a rule group -> promtool's unit test.

Times follow the alert: the input lasts for its window and its patience, so the test of a scaled rule is scaled with it.
"""

from __future__ import annotations

import math
from typing import Any

from alertmanager.rule import AGE, Alert, Case, Clock, Cycle, Missing, Rising, RuleGroup, Samples, render
from exporter.promql import duration
from exporter.timing import Timing

_LOOKBACK = 300
"""Seconds for which Prometheus takes a sample as current; input any sparser would have holes."""


def _span(alert: Alert, timing: Timing) -> int:
    """Return how long input must last until the alert surely fires, or surely has stopped."""
    longest = max(timing.patience(alert.for_seconds), timing.patience(alert.keep_firing_seconds))
    return timing.window(alert.window) + longest + 4 * _evaluation(alert, timing)


def _evaluation(alert: Alert, timing: Timing) -> int:
    total = timing.window(alert.window) + timing.patience(alert.for_seconds)
    return max(timing.evaluation_interval, total // 400)


def _humanize_duration(seconds: int) -> str:
    """Return whole seconds as Prometheus' `humanizeDuration` shows them."""
    parts = ((seconds // 86_400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    first = next((index for index, (amount, _) in enumerate(parts) if amount), len(parts) - 1)
    return " ".join(f"{amount}{unit}" for amount, unit in parts[first:])


def _values(samples: Samples, count: int, step: int, start: float, offset: int) -> tuple[str, float]:
    """Return `count` samples from the `offset`th on in promtool's notation, and the last value."""
    if isinstance(samples, Clock):
        return f"{offset * step}+{step}x{count - 1}", start
    if isinstance(samples, Missing):
        return f"_x{count}", start
    if isinstance(samples, Rising):
        each = samples.per_minute * step / 60
        return f"{start:g}+{each:g}x{count - 1}", start + each * count
    if isinstance(samples, Cycle):
        values = [samples.values[index % len(samples.values)] for index in range(count)]
        return " ".join(f"{value:g}" for value in values), start
    if math.isnan(samples):
        return " ".join(["NaN"] * count), start
    return f"{samples:g}+0x{count - 1}", start


def _expected(alert: Alert, case: Case, at: int) -> list[dict[str, Any]]:
    if case.value is None:
        return []
    value = _humanize_duration(at) if case.value == AGE else case.value
    labels = {**dict(case.labels), **alert.labels}
    shown = {
        key: render(text, value=value, labels=labels, where=f"alert {alert.name}, {key}")
        for key, text in alert.annotations.items()
    }
    return [{"exp_labels": labels, "exp_annotations": shown}]


def _test(alert: Alert, timing: Timing, title: str, *phases: Case) -> dict[str, Any]:
    """Return a test in which the phases follow each other; each is looked at just before its end."""
    step = min(timing.scrape_interval * max(1, _evaluation(alert, timing) // timing.scrape_interval), _LOOKBACK // 2)
    count = math.ceil(_span(alert, timing) / step) + 1
    series = []
    for index, first in enumerate(phases[0].series):
        texts = []
        last = 0.0
        for number, phase in enumerate(phases):
            text, last = _values(phase.series[index].samples, count, step, last, number * count)
            texts.append(text)
        series.append({"series": first.name, "values": " ".join(texts)})
    ends = [step * (count * (number + 1) - 1) for number in range(len(phases))]
    checks = [
        {"eval_time": duration(at), "alertname": alert.name, "exp_alerts": _expected(alert, phase, at)}
        for at, phase in zip(ends, phases, strict=True)
    ]
    return {
        "name": f"{alert.name}: {title}",
        "interval": duration(step),
        "input_series": series,
        "alert_rule_test": checks,
    }


def document(group: RuleGroup, timing: Timing, rules_dir: str) -> dict[str, Any]:
    """Return the unit test of a group: each alert fires and recovers, stays silent, and does its further cases."""
    tests = []
    for alert in group.alerts:
        tests.append(_test(alert, timing, f"fires on {alert.fires.title}, then recovers", alert.fires, alert.silent))
        tests.append(_test(alert, timing, f"stays silent on {alert.silent.title}", alert.silent))
        tests.extend(
            _test(alert, timing, f"{'stays silent' if case.value is None else 'fires'} on {case.title}", case)
            for case in alert.also
        )
    evaluation = min((_evaluation(alert, timing) for alert in group.alerts), default=timing.evaluation_interval)
    return {
        "rule_files": [f"../{rules_dir}/{group.name}.yml"],
        "evaluation_interval": duration(evaluation),
        "tests": tests,
    }
