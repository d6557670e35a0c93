"""Which KPIs a service's series could make: shares of counters, means and tails of histograms, gauges. Pure."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from controller.adapters.answer import Series
from controller.setup.candidate import Candidate
from controller.setup.direction import cost_or, direction, told
from controller.setup.growth import Grown, by_metric
from exporter import names

LEAST, MOST = 0.0005, 0.9995  # shares between which a ratio can move both ways
COUNTED = 30.0  # trials below which a ratio says nothing
VALUES = 6  # of a label, up to which its values are outcomes
TAIL = (0.02, 0.3)  # share of observations above a bucket that makes a tail of it
_NO_KPI = re.compile(r"(_created|_info|_timestamp_seconds)$|^(process|python|go|scrape|promhttp|up$|ALERTS)")


def candidates(series: Iterable[Series], kinds: Mapping[str, str]) -> tuple[Candidate, ...]:
    """Return the KPIs that could be made of one arm's series, those of counters first.

    Args:
        series: with their courses. What says the values of parameters, by the label `parameter`, makes no KPI.
        kinds: `counter`, `gauge` or `histogram` by metric, as far as that is known; else names tell.
    """
    metrics = by_metric(one for one in series if names.PARAMETER not in one.labels)
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


def _outcomes(counters: Iterable[Grown]) -> Iterator[Candidate]:
    """Yield the shares of one counter that a label's values make, like result="ok"."""
    for counter in counters:
        if counter.total < COUNTED:
            continue
        labels = {label for key in counter.grown for label, _ in key} - {"job", "instance", names.VARIANT}
        for label in sorted(labels):
            shares = {value: grown / counter.total for value, grown in counter.by(label).items() if value}
            between = {value: share for value, share in shares.items() if LEAST < share < MOST}
            if not between or len(shares) > VALUES:
                continue
            value = max(between, key=lambda value: (told(value), between[value]))
            good, sure = direction(value)
            yield Candidate(
                name=_name(f"{_base(counter.name)}_{label}_{value}"),
                how="ratio",
                reading={
                    "events": {"metric": counter.name, "labels": {label: value}},
                    "trials": {"metric": counter.name},
                },
                direction=good,
                sure=sure,
                unit="ratio",
                level=between[value],
                why=f'share of {counter.name} with {label}="{value}"',
            )


def _pairs(counters: list[Grown]) -> Iterator[Candidate]:
    """Yield the shares that two counters of a family make, like orders of visitors."""
    for events, trials in itertools.permutations(counters, 2):
        if trials.total < COUNTED or _family(events.name) != _family(trials.name):
            continue
        share = events.total / trials.total
        if not LEAST < share < MOST:
            continue
        good, sure = direction(events.name)
        yield Candidate(
            name=_name(f"{_own(events.name)}_per_{_own(trials.name)}"),
            how="ratio",
            reading={"events": {"metric": events.name}, "trials": {"metric": trials.name}},
            direction=good,
            sure=sure,
            unit="ratio",
            level=share,
            why=f"{events.name} over {trials.name}, of one family",
        )


def _histogram(base: str, metrics: Mapping[str, Grown]) -> Iterator[Candidate]:
    """Yield a histogram's mean, and the share above the bucket that makes a tail."""
    if _NO_KPI.search(base):
        return
    count, total = metrics[f"{base}_count"].total, metrics[f"{base}_sum"].total
    if count < COUNTED:
        return
    good, sure = cost_or(base)
    unit = "seconds" if base.endswith("_seconds") else "none"
    yield Candidate(
        _name(f"{base}_mean"),
        "mean",
        {"mean_of": {"metric": base}},
        good,
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
            direction=good,
            sure=sure,
            unit="ratio",
            level=above[bound],
            why=f"share of {base} above {bound}, its tail",
        )


def _gauge(gauge: Grown) -> Iterator[Candidate]:
    values = np.array(gauge.values)
    if values.size == 0 or float(values.min()) == float(values.max()):
        return
    inside = float(values.min()) >= 0 and float(values.max()) <= 1
    good, sure = cost_or(gauge.name)
    unit = "ratio" if inside else "seconds" if gauge.name.endswith("_seconds") else "none"
    why = "gauge between 0 and 1" if inside else "gauge; does it say how good the service is, and not how busy?"
    yield Candidate(
        _name(gauge.name), "gauge", {"gauge": {"metric": gauge.name}}, good, sure, unit, float(values.mean()), why
    )


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
