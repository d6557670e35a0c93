"""Which KPIs a service's series could make: shares of counters, means and tails of histograms, gauges. Pure."""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from controller.adapters.answer import Series
from exporter import names
from exporter.metric import Direction

LEAST, MOST = 0.0005, 0.9995  # shares between which a ratio can move both ways
COUNTED = 30.0  # trials below which a ratio says nothing
VALUES = 6  # of a label, up to which its values are outcomes
TAIL = (0.02, 0.3)  # share of observations above a bucket that makes a tail of it
_WORSE = re.compile(
    r"error|fail|timeout|abandon|refund|reject|drop|slow|exception|retr(y|ies)|abort|late|stale|miss|denied|complain"
)
_BETTER = re.compile(
    r"success|(^|_)ok($|_)|complet|order|conver|purchas|paid|click|hit|accept|play|watch|sale|signup|true"
)
_COST = re.compile(r"second|latency|duration|_ms|delay|wait|lag|time|queue|cost|cpu|memory|bytes")
_NO_KPI = re.compile(r"(_created|_info|_timestamp_seconds)$|^(process|python|go|scrape|promhttp|up$|ALERTS)")


@dataclass(frozen=True)
class Candidate:
    """A KPI that could be.

    Attributes:
        name: as autopilot.yaml calls it.
        how: `ratio`, `mean`, `tail` or `gauge`.
        reading: the keys of its entry in `metrics` that say how it is read.
        direction: which change is good, as its names suggest.
        sure: whether they do; otherwise it is a guess to be looked at.
        unit: of its value.
        level: over what was looked at.
        why: in words, what makes it one.
    """

    name: str
    how: str
    reading: Mapping[str, Any]
    direction: Direction
    sure: bool
    unit: str
    level: float
    why: str


@dataclass
class _Metric:
    """One metric's series: what each grew by, or held on average, by its labels."""

    name: str
    grown: dict[tuple[tuple[str, str], ...], float] = field(default_factory=dict)
    values: list[float] = field(default_factory=list)

    @property
    def total(self) -> float:
        return sum(self.grown.values())

    def by(self, label: str) -> dict[str, float]:
        """Return how much grew under each value of a label."""
        found: dict[str, float] = defaultdict(float)
        for labels, grown in self.grown.items():
            found[dict(labels).get(label, "")] += grown
        return dict(found)


def candidates(series: Iterable[Series], kinds: Mapping[str, str]) -> tuple[Candidate, ...]:
    """Return the KPIs that could be made of one arm's series, those of counters first.

    Args:
        series: with their courses.
        kinds: `counter`, `gauge` or `histogram` by metric, as far as that is known; else names tell.
    """
    metrics = _metrics(series)
    histograms = {name.removesuffix("_count") for name in metrics if f"{name.removesuffix('_count')}_sum" in metrics}
    inner = {f"{base}{suffix}" for base in histograms for suffix in ("_sum", "_count", "_bucket")}
    plain = {name: found for name, found in metrics.items() if name not in inner and not _NO_KPI.search(name)}
    counters = {
        name: found for name, found in plain.items() if kinds.get(name, "") == "counter" or name.endswith("_total")
    }
    gauges = {name: found for name, found in plain.items() if name not in counters}
    made = [
        *_outcomes(counters.values()),
        *_pairs(list(counters.values())),
        *(one for base in sorted(histograms) for one in _histogram(base, metrics)),
        *(one for name, found in gauges.items() if kinds.get(name, "gauge") == "gauge" for one in _gauge(found)),
    ]
    unique = {one.name: one for one in reversed(made)}
    return tuple(one for one in made if unique[one.name] is one)


def _metrics(series: Iterable[Series]) -> dict[str, _Metric]:
    found: dict[str, _Metric] = {}
    for one in series:
        name = one.labels.get("__name__", "")
        metric = found.setdefault(name, _Metric(name))
        values = one.values[np.isfinite(one.values)]
        if values.size:
            steps = np.diff(values)
            labels = tuple(sorted((key, value) for key, value in one.labels.items() if key != "__name__"))
            metric.grown[labels] = float(np.where(steps < 0, values[1:], steps).sum())
            metric.values.extend(float(value) for value in values)
    return found


def _outcomes(counters: Iterable[_Metric]) -> Iterator[Candidate]:
    """Yield the shares of one counter that a label's values make, like result="ok"."""
    for counter in counters:
        if counter.total < COUNTED:
            continue
        labels = {label for key in counter.grown for label, _ in key} - {"job", "instance", names.VARIANT}
        for label in sorted(labels):
            shares = {value: grown / counter.total for value, grown in counter.by(label).items() if value}
            told = {value: share for value, share in shares.items() if LEAST < share < MOST}
            if not told or len(shares) > VALUES:
                continue
            value = max(told, key=lambda value: (bool(_WORSE.search(value) or _BETTER.search(value)), told[value]))
            direction, sure = _direction(value)
            yield Candidate(
                name=_name(f"{_base(counter.name)}_{label}_{value}"),
                how="ratio",
                reading={
                    "events": {"metric": counter.name, "labels": {label: value}},
                    "trials": {"metric": counter.name},
                },
                direction=direction,
                sure=sure,
                unit="ratio",
                level=told[value],
                why=f'share of {counter.name} with {label}="{value}"',
            )


def _pairs(counters: list[_Metric]) -> Iterator[Candidate]:
    """Yield the shares that two counters of a family make, like orders of visitors."""
    for events, trials in itertools.permutations(counters, 2):
        if trials.total < COUNTED or _family(events.name) != _family(trials.name):
            continue
        share = events.total / trials.total
        if not LEAST < share < MOST:
            continue
        direction, sure = _direction(events.name)
        yield Candidate(
            name=_name(f"{_own(events.name)}_per_{_own(trials.name)}"),
            how="ratio",
            reading={"events": {"metric": events.name}, "trials": {"metric": trials.name}},
            direction=direction,
            sure=sure,
            unit="ratio",
            level=share,
            why=f"{events.name} over {trials.name}, of one family",
        )


def _histogram(base: str, metrics: Mapping[str, _Metric]) -> Iterator[Candidate]:
    """Yield a histogram's mean, and the share above the bucket that makes a tail."""
    if _NO_KPI.search(base):
        return
    count, total = metrics[f"{base}_count"].total, metrics[f"{base}_sum"].total
    if count < COUNTED:
        return
    direction, sure = (Direction.LOWER, True) if _COST.search(base) else _direction(base)
    unit = "seconds" if base.endswith("_seconds") else "none"
    yield Candidate(
        _name(f"{base}_mean"),
        "mean",
        {"mean_of": {"metric": base}},
        direction,
        sure,
        unit,
        total / count,
        f"mean of {base}",
    )
    buckets = metrics[f"{base}_bucket"].by(names.LE) if f"{base}_bucket" in metrics else {}
    above = {bound: 1 - grown / count for bound, grown in buckets.items() if bound not in ("", "+Inf")}
    tails = [bound for bound, share in above.items() if TAIL[0] <= share <= TAIL[1]]
    if tails:
        bound = min(tails, key=lambda bound: abs(math.log(above[bound] / 0.1)))
        yield Candidate(
            name=_name(f"{base}_above_{bound}"),
            how="tail",
            reading={"share_above": {"metric": base}, "bound": bound},
            direction=direction,
            sure=sure,
            unit="ratio",
            level=above[bound],
            why=f"share of {base} above {bound}, its tail",
        )


def _gauge(gauge: _Metric) -> Iterator[Candidate]:
    values = np.array(gauge.values)
    if values.size == 0 or float(values.min()) == float(values.max()):
        return
    inside = float(values.min()) >= 0 and float(values.max()) <= 1
    direction, sure = (Direction.LOWER, True) if _COST.search(gauge.name) else _direction(gauge.name)
    unit = "ratio" if inside else "seconds" if gauge.name.endswith("_seconds") else "none"
    why = "gauge between 0 and 1" if inside else "gauge; does it say how good the service is, and not how busy?"
    yield Candidate(
        _name(gauge.name), "gauge", {"gauge": {"metric": gauge.name}}, direction, sure, unit, float(values.mean()), why
    )


def _direction(text: str) -> tuple[Direction, bool]:
    """Return which change is good as far as a name tells, and whether it does."""
    words = text.lower()
    if _WORSE.search(words):
        return Direction.LOWER, True
    return Direction.HIGHER, bool(_BETTER.search(words))


def _base(name: str) -> str:
    return name.removesuffix("_total")


def _family(name: str) -> str:
    return name.split("_", maxsplit=1)[0]


def _own(name: str) -> str:
    """Return a counter's name without its family."""
    base = _base(name)
    return base.partition("_")[2] or base


def _name(text: str) -> str:
    """Return a KPI's name of a text: small letters, digits and underscores, beginning with a letter."""
    found = re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", text.lower())).strip("_")
    return found if found[:1].isalpha() else f"kpi_{found}"
