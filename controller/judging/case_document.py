"""The input document as others write it. Series stay as JSON has them; points.py makes arrays of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

MOST_PLANNED = 1_000_000  # points; two years of minutes
NAME = 1_000  # characters that a name or id may have


def _number(value: object) -> object:
    """Refuse what pydantic would take for a number although JSON knows better: true and "1"."""
    if isinstance(value, bool | str):
        raise ValueError("should be a number")  # noqa: TRY004 - pydantic reports ValueErrors
    if isinstance(value, int) and abs(value) > 10**300:
        raise ValueError("should be a smaller number")
    return value


def _series(item: dict[str, Any], help_text: str) -> WithJsonSchema:
    points = {"anyOf": [item, {"type": "null"}]}
    return WithJsonSchema({"type": "array", "items": points, "description": help_text})


_COUNT: dict[str, Any] = {"type": "number", "minimum": 0}
_PAIR: dict[str, Any] = {"type": "array", "prefixItems": [_COUNT, _COUNT], "minItems": 2, "maxItems": 2}
_HISTOGRAM: dict[str, Any] = {
    "type": "array",
    "prefixItems": [{"type": "number"}, _COUNT, {"type": "array", "items": _COUNT}],
    "minItems": 3,
    "maxItems": 3,
}

Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Count = Annotated[int, BeforeValidator(_number)]
Name = Annotated[str, Field(min_length=1, max_length=NAME)]
Gauges = Annotated[list[Any], _series({"type": "number"}, "one number per scrape; null where it is missing")]
Counters = Annotated[list[Any], _series(_PAIR, "[events, trials] since the point before; null where missing")]
Histograms = Annotated[
    list[Any],
    _series(_HISTOGRAM, "[sum, count, [cumulative count per bound]] since the point before; null where missing"),
]


class Part(BaseModel):
    """A part of the document: frozen, and without keys that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class GaugeHistory(Part):
    """Both arms while they were the same; without it no verdict is possible."""

    canary: Gauges = []
    comparison: Gauges = []


class CounterHistory(Part):
    """Both arms while they were the same; without it no verdict is possible."""

    canary: Counters = []
    comparison: Counters = []


class HistogramHistory(Part):
    """Both arms while they were the same; without it no verdict is possible."""

    canary: Histograms = []
    comparison: Histograms = []


class Metric(Part):
    """What every kind of metric has."""

    name: Name
    role: Literal["primary", "guardrail"] = Field(
        default="primary", description="must get better, or must not get worse by more than its margin"
    )
    direction: Literal["higher", "lower"] = Field(default="higher", description="which change is good")
    margin: Number = Field(default=0.0, ge=0, description="harm that a promotion must rule out on a guardrail")
    margin_unit: Literal["absolute", "relative", "sd"] = Field(
        default="absolute",
        description="the metric's unit, a share of the comparison's level, or standard deviations per point",
    )
    tolerated: Number = Field(
        default=0.0, ge=0, description="harm in margin_unit that may be proven without a rollback; 0: none"
    )


class GaugeMetric(Metric):
    """A metric that is a number at every scrape."""

    kind: Literal["gauge"]
    canary: Gauges
    comparison: Gauges
    history: GaugeHistory = GaugeHistory()


class CounterMetric(Metric):
    """Events per trial: errors per request, plays per session."""

    kind: Literal["counter"]
    canary: Counters
    comparison: Counters
    history: CounterHistory = CounterHistory()


class HistogramMetric(Metric):
    """A distribution: its mean is judged, or the share above `objective`."""

    kind: Literal["histogram"]
    bounds: tuple[Number, ...] = Field(default=(), description="upper bounds of the buckets, ascending, without +Inf")
    objective: Number | None = Field(default=None, description="one of the bounds: judge the share above it")
    canary: Histograms
    comparison: Histograms
    history: HistogramHistory = HistogramHistory()


AnyMetric = Annotated[GaugeMetric | CounterMetric | HistogramMetric, Field(discriminator="kind")]
MODELS: tuple[type[Metric], ...] = (GaugeMetric, CounterMetric, HistogramMetric)
KINDS = ("gauge", "counter", "histogram")
_ONE_PRIMARY: dict[str, Any] = {  # checked by reading.py, which says more than a length
    "minItems": 1,
    "contains": {"properties": {"role": {"const": "primary"}}},
    "minContains": 1,
    "maxContains": 1,
}


class CaseDocument(Part):
    """One canary: the series of its metrics in both arms, on the same timestamps, oldest first."""

    id: Name
    planned: Count = Field(ge=1, le=MOST_PLANNED, description="points at the planned end")
    alpha: Number = Field(default=0.05, gt=0, lt=0.5, description="chance of a false decision that is accepted")
    metrics: tuple[AnyMetric, ...] = Field(json_schema_extra=_ONE_PRIMARY)
