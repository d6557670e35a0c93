"""Documents as others send them: a good one to spoil, and every kind at random."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

POINTS = 240
PAST = 960


def noise(seed: int, points: int, level: float = 10.0) -> list[float]:
    """Return white noise of standard deviation 1 around a level."""
    return [level + float(value) for value in np.random.default_rng(seed).normal(size=points)]


def gauge(name: str = "conversion", effect: float = 0.0, seed: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a gauge metric whose canary differs by `effect` standard deviations."""
    return {
        "name": name,
        "kind": "gauge",
        "canary": [value + effect for value in noise(seed, POINTS)],
        "comparison": noise(seed + 100, POINTS),
        "history": {"canary": noise(seed + 200, PAST), "comparison": noise(seed + 300, PAST)},
        **changes,
    }


def short(kind: str, /, **changes: Any) -> dict[str, Any]:
    """Return a metric of three points, the second missing, without history."""
    point: Any = {"gauge": 1.5, "counter": [1, 20], "histogram": [3.5, 4, [1, 3]]}[kind]
    found = {"name": kind, "kind": kind, "canary": [point, None, point], "comparison": [point, None, point]}
    return found | ({"bounds": [0.1, 0.5]} if kind == "histogram" else {}) | changes


def document(*metrics: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a document; the first metric is the primary one."""
    listed = [
        {"role": "primary" if index == 0 else "guardrail", **metric}
        for index, metric in enumerate(metrics or [gauge()])
    ]
    return {"id": "checkout-42", "planned": POINTS, "metrics": listed, **changes}


_numbers = st.floats(-1e300, 1e300) | st.integers(-(10**20), 10**20)
_counts = st.integers(0, 10**12) | st.floats(0, 1e300)


@st.composite
def _histogram_points(draw: st.DrawFn, bounds: int) -> Any:
    counts = sorted(draw(st.lists(_counts, min_size=bounds + 1, max_size=bounds + 1)))
    return [draw(_numbers), counts[-1], counts[:-1]]


@st.composite
def _metrics(draw: st.DrawFn, name: str, role: str, points: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(["gauge", "counter", "histogram"]))
    bounds = sorted(draw(st.sets(st.floats(-1e9, 1e9), max_size=4))) if kind == "histogram" else []
    point = {
        "gauge": _numbers,
        "counter": st.tuples(_counts, _counts).map(list),
        "histogram": _histogram_points(len(bounds)),
    }[kind]

    def series(length: int) -> Any:
        return draw(st.lists(st.none() | point, min_size=length, max_size=length))

    past = draw(st.integers(0, 4))
    found = {
        "name": name,
        "role": role,
        "kind": kind,
        "direction": draw(st.sampled_from(["higher", "lower"])),
        "margin": draw(st.floats(0, 1e300)),
        "margin_unit": draw(st.sampled_from(["absolute", "relative", "sd"])),
        "tolerated": draw(st.floats(0, 1e300)),
        "canary": series(points),
        "comparison": series(points),
        "history": {"canary": series(past), "comparison": series(past)},
    }
    if bounds:
        found |= {"bounds": bounds, "objective": draw(st.none() | st.sampled_from(bounds))}
    return found


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a document of a few metrics of a few points, with every key."""
    text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
    names, points = draw(st.lists(text, min_size=1, max_size=4, unique=True)), draw(st.integers(0, 5))
    primary = draw(st.integers(0, len(names) - 1))
    metrics = [
        draw(_metrics(name, "primary" if index == primary else "guardrail", points)) for index, name in enumerate(names)
    ]
    alpha = draw(st.floats(0, 0.5, exclude_min=True, exclude_max=True))
    return {"id": draw(text), "planned": draw(st.integers(1, 10**6)), "alpha": alpha, "metrics": metrics}
