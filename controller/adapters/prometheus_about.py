"""What Prometheus says of itself and of what it stores: version, targets, kinds of metrics, labels, its clock."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Self

import requests

from controller.adapters.answer import MalformedError, QueryTimeoutError, RejectedError, UnreachableError
from controller.adapters.cause import cause_of
from controller.adapters.overtime import OvertimeError, Watch, mount
from controller.adapters.prometheus import WHOLE, overtime
from controller.adapters.session import Connection, session_of

LARGEST = 50_000_000  # bytes of an answer; what is longer is not read to its end


@dataclass(frozen=True)
class Reply:
    """What an address of the API answered.

    Attributes:
        data: its `data`.
        seconds: until it was there.
        date: unix time that the server's `Date` says, to the second; None without one.
    """

    data: Any
    seconds: float
    date: float | None


class PrometheusAbout:
    """Asks for what is no query. One attempt each: who asks wants to know how it is now."""

    def __init__(self, connection: Connection) -> None:
        self._base = connection.url
        self._timeout = connection.timeout
        self._session = session_of(connection)
        self._watch = Watch()
        mount(self._session, self._watch)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, path: str, parameters: Mapping[str, str | list[str]] | None = None) -> Reply:
        """Return the answer of `/api/v1/<path>`. Raises PrometheusError; RejectedError for what it does not know."""
        url = f"{self._base.rstrip('/')}/api/v1/{path}"
        began = time.monotonic()
        try:
            with (
                self._watch.until(WHOLE * self._timeout),
                self._session.get(url, params=parameters, timeout=self._timeout, stream=True) as response,
            ):
                body = self._body(response)
                status, date = response.status_code, response.headers.get("Date")
        except OvertimeError:
            raise QueryTimeoutError(overtime(self._base, self._timeout)) from None
        except requests.Timeout:
            raise QueryTimeoutError(
                f"{self._base}: no answer within {self._timeout:g} s; overloaded? Raise `prometheus.timeout`"
            ) from None
        except (requests.RequestException, OSError) as error:
            raise UnreachableError(
                f"{self._base}: cannot connect ({cause_of(error)}); is Prometheus running there?"
            ) from None
        if status != requests.codes.ok:
            hint = "; check the credentials" if status in (401, 403) else ""
            raise RejectedError(f"{self._base} answers {status} to /api/v1/{path}{hint}")
        return Reply(_parsed(body, self._base), time.monotonic() - began, _unix(date))

    def _body(self, response: requests.Response) -> bytes:
        body = b""
        for part in response.iter_content(1 << 16):
            body += part
            if len(body) > LARGEST:
                raise MalformedError(f"{self._base} answers more than {LARGEST // 1_000_000} MB: too much to look at")
        return body


def _parsed(body: bytes, base: str) -> Any:
    try:
        return json.loads(body)["data"]
    except (ValueError, KeyError, TypeError, RecursionError):
        text = " ".join(body[:100].decode(errors="replace").split())
        raise MalformedError(
            f"{base} answers something that is not Prometheus' JSON: {text!r}; check the URL"
        ) from None


def _unix(date: str | None) -> float | None:
    try:
        return None if date is None else parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None
