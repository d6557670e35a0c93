"""PromQL over HTTP: explicit evaluation times, time-outs, bounded retries, and answers that say what they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Self

import numpy as np
import requests
from urllib3.exceptions import ReadTimeoutError

from controller.adapters.answer import (
    Answer,
    Content,
    MalformedError,
    OverloadedError,
    PrometheusError,
    QueryTimeoutError,
    RejectedError,
    Scalar,
    Series,
    UnreachableError,
    parse_series,
)
from controller.adapters.cause import cause_of
from controller.adapters.overtime import OvertimeError, Watch, mount
from controller.adapters.session import Connection, session_of
from controller.judging.plain import plain
from exporter import promql

_RETRIED = frozenset({429, 500, 502, 504})
WHOLE = 2.0  # times the time-out for a first answer, for all of it
_MAX_POINTS = 10_000  # Prometheus refuses a range of more than 11,000 points per series


def _one_line(text: str) -> str:
    return plain(" ".join(text.split()))


def _said(response: requests.Response) -> str:
    """Return Prometheus' own error text, or the start of whatever else answered."""
    try:
        body = response.json()
        return _one_line(f"{body['errorType']}: {body['error']}")
    except (ValueError, KeyError, TypeError):
        return _one_line(response.text[:200]) or "no text"


class Prometheus:
    """A client of one Prometheus. Not thread-safe: one per thread.

    Args:
        connection: where and how.
        observe: called after each query with its seconds and None or the failure's reason.
        sleep: waits between attempts.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        observe: Callable[[float, str | None], None] = lambda _seconds, _reason: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection = connection
        self._observe = observe
        self._sleep = sleep
        self._session = session_of(connection)
        self._watch = Watch()
        mount(self._session, self._watch)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def instant(self, query: str, at: float) -> Answer:
        """Evaluate a query at unix time `at`. Raises PrometheusError."""
        data, warnings = self._get("query", {"query": query, "time": f"{at:.3f}"})
        return Answer(parse_series(data, self._connection.url), warnings)

    def range(self, query: str, start: float, end: float, step: float) -> Answer:
        """Evaluate a query at start, start + step, ... end; longer ranges come in parts. Raises PrometheusError."""
        found: dict[tuple[tuple[str, str], ...], list[Series]] = {}
        warnings: list[str] = []
        first = start
        while first <= end:
            last = min(end, first + step * (_MAX_POINTS - 1))
            data, said = self._get(
                "query_range", {"query": query, "start": f"{first:.3f}", "end": f"{last:.3f}", "step": f"{step:.3f}"}
            )
            for part in parse_series(data, self._connection.url):
                found.setdefault(tuple(sorted(part.labels.items())), []).append(part)
            warnings += said
            first = last + step
        joined = tuple(
            Series(dict(labels), np.concatenate([p.times for p in parts]), np.concatenate([p.values for p in parts]))
            for labels, parts in found.items()
        )
        return Answer(joined, tuple(dict.fromkeys(warnings)))

    def scalar(self, query: str, at: float) -> Scalar:
        """Return the single value of a query at `at`, or what stands in its place. Raises PrometheusError."""
        answer = self.instant(query, at)
        if not answer.series:
            return Scalar(Content.PARTIAL if answer.partial else Content.EMPTY, float("nan"), answer.warnings)
        if len(answer.series) > 1:
            raise MalformedError(f"{query!r} answers {len(answer.series)} series where one is wanted: aggregate it")
        value = float(answer.series[0].values[-1])
        if np.isnan(value):
            return Scalar(Content.NAN, value, answer.warnings)
        if np.isinf(value):
            return Scalar(Content.INFINITE, value, answer.warnings)
        return Scalar(Content.PARTIAL if answer.partial else Content.NUMBER, value, answer.warnings)

    def _get(self, endpoint: str, parameters: dict[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
        start = time.monotonic()
        reason: str | None = None
        try:
            return self._attempts(endpoint, parameters)
        except PrometheusError as error:
            reason = error.reason
            raise
        finally:
            self._observe(time.monotonic() - start, reason)

    def _attempts(self, endpoint: str, parameters: dict[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
        began = time.monotonic()
        for attempt in range(self._connection.retries + 1):
            try:
                return self._once(endpoint, parameters)
            except (UnreachableError, QueryTimeoutError, OverloadedError):
                wait = self._connection.backoff * 2**attempt
                late = time.monotonic() - began + wait >= self._connection.timeout
                if late or attempt == self._connection.retries:
                    raise
                self._sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _once(self, endpoint: str, parameters: dict[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
        base, timeout = self._connection.url, self._connection.timeout
        url = f"{base.rstrip('/')}/api/v1/{endpoint}"
        try:
            # Prometheus stops working on a query that nobody waits for any more.
            with self._watch.until(WHOLE * timeout):
                response = self._session.post(
                    url, data={**parameters, "timeout": promql.duration(timeout)}, timeout=timeout
                )
        except OvertimeError:
            raise QueryTimeoutError(overtime(base, timeout)) from None
        except requests.exceptions.ChunkedEncodingError as error:
            raise UnreachableError(
                f"{base}: the answer broke off ({cause_of(error)}); did it stop or restart?"
            ) from None
        except requests.RequestException as error:
            if not _late(error):
                raise UnreachableError(
                    f"{base}: cannot connect ({cause_of(error)}); is Prometheus running there?"
                ) from None
            raise QueryTimeoutError(
                f"{base}: no answer within {timeout:g} s; overloaded? Raise `prometheus.timeout`"
            ) from None
        except OSError as error:
            raise UnreachableError(
                f"{base}: cannot connect ({cause_of(error)}); is Prometheus running there?"
            ) from None
        if response.status_code == requests.codes.service_unavailable:
            said = _said(response)
            kind = QueryTimeoutError if said.startswith("timeout") else OverloadedError
            raise kind(f"{base} answers 503: {said}")
        if response.status_code in _RETRIED:
            raise OverloadedError(f"{base} answers {response.status_code}: {_said(response)}")
        if response.status_code != requests.codes.ok:
            hint = "; check the credentials" if response.status_code in (401, 403) else ""
            raise RejectedError(
                f"{base} answers {response.status_code}: {_said(response)}{hint} (query: {parameters['query']})"
            )
        return _body(response, base)


def overtime(base: str, timeout: float) -> str:
    """Return what is said of an answer that was not whole in time; `timeout` is that of its beginning."""
    return (
        f"{base}: the answer began but was not whole within {WHOLE * timeout:g} s, twice `prometheus.timeout`; "
        "something between here and Prometheus is slow"
    )


def _late(error: requests.RequestException) -> bool:
    """Whether time ran out; in the middle of an answer requests calls that a ConnectionError."""
    inner = error.args[0] if error.args else None
    return isinstance(error, requests.Timeout) or isinstance(inner, ReadTimeoutError)


def _body(response: requests.Response, base: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    try:
        body = response.json()
        if body["status"] != "success":
            raise RejectedError(_one_line(f"{base}: {body.get('errorType')}: {body.get('error')}"))
        return body["data"], tuple(_one_line(str(text)) for text in body.get("warnings", ()))
    except (ValueError, KeyError, TypeError, AttributeError):
        text = " ".join(response.text[:100].split())
        raise MalformedError(
            f"{base} answers something that is not Prometheus' JSON: {text!r}; check the URL"
        ) from None
