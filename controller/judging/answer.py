"""The answer as others read it; numbers that JSON does not know (NaN, infinities) are null."""

from __future__ import annotations

import json
import math
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from controller.decide.case import MetricOutcome, Outcome
from controller.model import Verdict


class MetricAnswer(BaseModel):
    """What is known of one metric, in its unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    estimate: float | None = Field(description="canary minus comparison")
    interval: tuple[float | None, float | None] = Field(description="around the estimate: low, high")
    mde: float | None = Field(description="smallest effect that can be detected by the planned end")
    n: int = Field(description="points that were judged")


class Answer(BaseModel):
    """The verdict on one canary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    verdict: Annotated[Verdict, WithJsonSchema({"enum": [str(verdict) for verdict in Verdict], "type": "string"})]
    decided_at: int | None = Field(description="index of the last point that was needed; null while undecided")
    reasons: tuple[str, ...]
    metrics: tuple[MetricAnswer, ...]


def answer(outcome: Outcome, notes: tuple[str, ...] = ()) -> Answer:
    """Return an outcome for others, with what its reader has to say added to the reasons."""
    return Answer(
        id=outcome.id,
        verdict=outcome.verdict,
        decided_at=None if outcome.decided_at is None else int(outcome.decided_at),
        reasons=(*outcome.reasons, *notes),
        metrics=tuple(_metric(metric) for metric in outcome.metrics),
    )


def as_json(found: Answer) -> str:
    """Return one line of JSON in ASCII, whatever stands in names."""
    return json.dumps(found.model_dump(mode="json"), allow_nan=False)


def _metric(metric: MetricOutcome) -> MetricAnswer:
    return MetricAnswer(
        name=metric.name,
        estimate=_finite(metric.estimate),
        interval=(_finite(metric.low), _finite(metric.high)),
        mde=_finite(metric.mde),
        n=int(metric.n),
    )


def _finite(value: float) -> float | None:
    return float(value) + 0.0 if math.isfinite(value) else None  # no -0
