"""A subject that is an HTTP endpoint: one POST a question, JSON in and out, over one connection a session.

    POST <url>   {"id": "7", "input": {"seed": 1, "candidates": [...], "parameters": {...}}}
    200          {"answer": [...]}
    4xx          {"error": "no such category"}     the service refuses the question; so does 200 with `error`

No redirect is followed and no proxy is used. How long an answer may take in all is watched from outside (`abort`).
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from controller.errors import ConfigError
from controller.golden.answer import parsed_answer
from controller.golden.subject import LONGEST_ANSWER, BrokenError, RefusedError, SubjectUnavailableError

_AWAY: Final = {
    401: "the token is wrong or missing: see golden.token_file",
    403: "the token may not do this: see golden.token_file",
    404: "there is nothing at this address: see golden.url",
    405: "it takes no POST: see golden.url",
    429: "it is asked too often: lower golden.workers",
    502: "what is behind it does not run",
    503: "it says that it cannot answer now",
    504: "what is behind it does not answer",
}


class EndpointSubject:
    """Answers at a URL; known by `version` alone."""

    def __init__(self, url: str, *, version: str | None, token_file: Path | None, patience: float) -> None:
        self._url = url
        self._version = version
        self._token_file = token_file
        self._patience = patience

    @property
    def words(self) -> str:
        """The address."""
        return f"the endpoint {self._url}"

    def identity(self) -> str | None:
        """Return what the configured version names; None without one: what runs there cannot be seen from here."""
        return None if self._version is None else f"url\0{self._url}\0{self._version}"

    def session(self) -> EndpointSession:
        """Return a connection that is not open yet. Raises ConfigError when the token cannot be read."""
        return EndpointSession(self._url, self._token(), self._patience)

    def _token(self) -> str | None:
        if self._token_file is None:
            return None
        try:
            token = self._token_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"golden.token_file {self._token_file} cannot be read: {error}") from None
        if not token or not token.isprintable():
            raise ConfigError(f"golden.token_file {self._token_file} must hold one line, the token")
        return token

    def unchanged(self) -> bool:
        """Whether it is still what `identity` named: whoever configures a version vouches for it."""
        return True

    def close(self) -> None:
        """Nothing was started."""


class EndpointSession:
    """One connection that is kept open from question to question."""

    def __init__(self, url: str, token: str | None, patience: float) -> None:
        self._parts = urlsplit(url)
        self._url = url
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._patience = patience
        self._connection: http.client.HTTPConnection | None = None
        self._lock = threading.Lock()
        self._over = False

    def ask(self, id: str, given: dict[str, Any]) -> Any:  # noqa: A002 - as the protocol calls it
        """Return the answer. Raises RefusedError, BrokenError, or SubjectUnavailableError when nobody is there."""
        body = json.dumps({"id": id, "input": given}, allow_nan=False).encode()
        kept = self._connection is not None
        try:
            status, text = self._posted(body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if not kept or isinstance(error, TimeoutError):
                raise BrokenError(f"{type(error).__name__}: {error}") from None
            status, text = self._again(body)  # a connection that was kept may have been closed at the other end
        if status in _AWAY:
            raise SubjectUnavailableError(f"{self._url} answers {status}: {_AWAY[status]}")
        return self._read(status, text)

    def _again(self, body: bytes) -> tuple[int, bytes]:
        try:
            return self._posted(body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise BrokenError(f"{type(error).__name__}: {error}") from None

    def _posted(self, body: bytes) -> tuple[int, bytes]:
        connection = self._open()
        connection.request("POST", self._target(), body, self._headers)
        response = connection.getresponse()
        text = response.read(LONGEST_ANSWER + 1)
        if len(text) > LONGEST_ANSWER:
            self.close()
            raise BrokenError(f"answered more than {LONGEST_ANSWER // 2**20} MiB")
        return response.status, text

    def _read(self, status: int, text: bytes) -> Any:
        if status == http.HTTPStatus.OK:
            found = parsed_answer(text, None)
            if "error" in found:
                raise RefusedError(str(found["error"]))
            return found["answer"]
        if http.HTTPStatus.MULTIPLE_CHOICES <= status < http.HTTPStatus.BAD_REQUEST:
            raise SubjectUnavailableError(f"{self._url} answers {status}: it sends elsewhere; give that address")
        said = text[:200].decode(errors="replace").strip()
        with contextlib.suppress(BrokenError):
            said = str(parsed_answer(text, None).get("error", said))
        if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise BrokenError(f"HTTP {status}: {said}")
        raise RefusedError(f"HTTP {status}: {said}")

    def _target(self) -> str:
        return (self._parts.path or "/") + (f"?{self._parts.query}" if self._parts.query else "")

    def _open(self) -> http.client.HTTPConnection:
        if self._connection is None:
            kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
            connection = kind(str(self._parts.hostname), self._parts.port, timeout=self._patience)
            try:
                connection.connect()
            except OSError as error:
                raise SubjectUnavailableError(
                    f"{self._url} cannot be reached: {error}; start it, or correct golden.url"
                ) from None
            connection.sock.settimeout(2 * self._patience)  # answers are watched from outside; this is if that fails
            with self._lock:
                self._connection = connection
                over = self._over
            if over:
                raise BrokenError("it was given up")
        return self._connection

    def abort(self) -> None:
        """Break the connection off for good; the thread that waits for an answer gets an error."""
        with self._lock:
            self._over = True
            connection = self._connection
        if connection is not None and connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
