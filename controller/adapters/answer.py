"""What a query may come back as: an answer, a scalar that says what it holds, or one of the errors.

    PrometheusError                 exit 3; `reason` is the label of the errors that are counted
    +-- UnreachableError            no connection: refused, name not found, TLS
    +-- QueryTimeoutError           no answer in time, or Prometheus gave the query up
    +-- RejectedError               Prometheus says the query is wrong (4xx); its own words are kept; never retried
    +-- OverloadedError             5xx or 429, after all retries; its own words are kept
    +-- PartialError                data is missing from an answer that a verdict would rest on
    +-- MalformedError              an answer that is not Prometheus' (a proxy's login page, half an answer)

An answer that came may still hold nothing to judge by. `Scalar` tells these apart: a number, empty (no such series),
NaN, infinite, or partial (Prometheus warned that data is missing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from controller.errors import UnavailableError
from controller.model import Floats


class PrometheusError(UnavailableError):
    """A query that got no usable answer."""

    reason = "unreachable"


class UnreachableError(PrometheusError):
    """No connection to Prometheus."""


class QueryTimeoutError(PrometheusError):
    """No answer in time."""

    reason = "timeout"


class RejectedError(PrometheusError):
    """Prometheus says that the query is wrong."""

    reason = "rejected"


class OverloadedError(PrometheusError):
    """Prometheus, or a proxy before it, cannot answer now."""

    reason = "unavailable"


class MalformedError(PrometheusError):
    """The answer is not one of Prometheus'."""

    reason = "malformed"


class PartialError(PrometheusError):
    """The answer may lack data, so nothing may be decided by it."""

    reason = "partial"


class Content(StrEnum):
    """What a scalar answer holds."""

    NUMBER = "number"
    EMPTY = "empty"
    NAN = "nan"
    INFINITE = "infinite"
    PARTIAL = "partial"


@dataclass(frozen=True)
class Series:
    """One series of an answer: its labels, and samples at `times` [T] in unix seconds with `values` [T]."""

    labels: Mapping[str, str]
    times: Floats
    values: Floats


@dataclass(frozen=True)
class Answer:
    """All series of an answer, with the warnings that make it partial."""

    series: tuple[Series, ...]
    warnings: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether Prometheus warned that the answer may lack data."""
        return bool(self.warnings)


@dataclass(frozen=True)
class Scalar:
    """The one number that a query was asked for, or why there is none."""

    content: Content
    value: float
    warnings: tuple[str, ...] = ()


def parse_series(data: dict[str, Any], base: str) -> tuple[Series, ...]:
    """Return the series of a vector, matrix or scalar answer."""
    try:
        kind, result = data["resultType"], data["result"]
        if kind in ("scalar", "string"):
            result = [{"metric": {}, "value": result}]
        series = []
        for item in result:
            samples = item["values"] if "values" in item else [item["value"]]
            table = np.array([(float(at), float(value)) for at, value in samples]).reshape(-1, 2)
            series.append(Series(dict(item["metric"].items()), table[:, 0], table[:, 1]))
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise MalformedError(f"{base} answers a result that cannot be read: {error!r}") from None
    return tuple(series)
