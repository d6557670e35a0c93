"""HTTP to GitHub's API: one time limit for everything, few retries, rate limits, and errors that say what to do.

The token comes from a file, goes into one header, and is taken out of whatever is said of a failure. Nothing follows a
redirect. What only reads is tried again after failures that may pass; what writes is tried again only when GitHub says
that it has done nothing (a rate limit), since an answer may have been lost on its way back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests

from controller.adapters.overtime import OvertimeError, Watch, mount
from controller.adapters.prometheus import cause_of, secret
from controller.triage.tracker import TrackerError

LARGEST = 20_000_000  # bytes of one answer
VERSION = "2022-11-28"
UNTOLD = 60.0  # seconds to wait for a limit that does not say how long it lasts
_AGAIN = frozenset({500, 502, 503, 504})
_LIMITED = frozenset({403, 429})
_MOVED = frozenset({301, 302, 307, 308})


@dataclass(frozen=True)
class Repository:
    """Where issues are kept.

    Attributes:
        url: of the API.
        name: owner and name.
        token_file: a file that holds the token; None reads a public repository without one.
        labels: of new issues; the first marks them.
        assignees: of new issues.
        timeout: seconds for one attempt.
        total: seconds for everything.
        retries: further attempts.
    """

    url: str
    name: str
    token_file: Path | None = None
    labels: tuple[str, ...] = ("autopilot-triage",)
    assignees: tuple[str, ...] = ()
    timeout: float = 10.0
    total: float = 120.0
    retries: int = 2
    backoff: float = 1.0


@dataclass(frozen=True)
class Answer:
    """An answer: its status, headers, whole body, and whether another page follows."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    more: bool = False

    @property
    def json(self) -> Any:
        """Its body as JSON. Raises ValueError, RecursionError."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The beginning of its body, on one line."""
        return " ".join(self.body[:300].decode(errors="replace").split())


class Http:
    """Requests to one repository's API. Not thread-safe.

    Args:
        repository: where.
        now: unix seconds when it begins; rate limits name a time.
        sleep: waits.
        clock: seconds that only go on.

    Raises:
        ConfigError: the token file cannot be read.
    """

    def __init__(
        self, repository: Repository, now: float, sleep: Callable[[float], None], clock: Callable[[], float]
    ) -> None:
        self.base = repository.url.rstrip("/")
        self._repository = repository
        self._token = "" if repository.token_file is None else secret(repository.token_file)
        self._now, self._sleep, self._clock = now, sleep, clock
        self._began = clock()
        self._watch = Watch()
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy or .netrc of the shell must not come between
        self._session.headers.update(
            {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": VERSION, "User-Agent": "vvtvctl-triage"}
        )
        if self._token:
            self._session.headers["Authorization"] = b"Bearer " + self._token.encode()
        mount(self._session, self._watch)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def get(self, path: str, parameters: Mapping[str, str]) -> Answer:
        """Read. Raises TrackerError."""
        return self._attempts("GET", path, {"params": dict(parameters)})

    def write(self, method: str, path: str, content: Mapping[str, Any]) -> Answer:
        """Write. Raises TrackerError, `unsure` when it may be done all the same."""
        body = json.dumps(content).encode()
        return self._attempts(method, path, {"data": body, "headers": {"Content-Type": "application/json"}})

    def _attempts(self, method: str, path: str, given: Mapping[str, Any]) -> Answer:
        """Return a good answer, after as many attempts as are allowed. Raises TrackerError."""
        reads = method == "GET"
        for attempt in range(self._repository.retries + 1):
            wait: float | None = 0.0
            try:
                answer = self._once(method, path, given)
                if answer.status < HTTPStatus.MULTIPLE_CHOICES:
                    return answer
                problem, wait = self._problem(answer, method, path)
            except TrackerError as error:
                problem = error
            wait = self._repository.backoff * 2**attempt if wait == 0.0 and reads and not problem.final else wait
            if not wait or wait > self._left or attempt == self._repository.retries:
                raise problem
            self._sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    @property
    def _left(self) -> float:
        """Seconds left for everything."""
        return self._repository.total - (self._clock() - self._began)

    def _once(self, method: str, path: str, given: Mapping[str, Any]) -> Answer:
        if self._left <= 0:
            total = f"triage.github.total is {self._repository.total:g} s"
            raise TrackerError(f"{self.base}: no time left ({total})", final=True)
        timeout, unsure = min(self._repository.timeout, self._left), method != "GET"
        try:
            with self._watch.until(timeout):
                answer = self._session.request(
                    method, f"{self.base}/{path}", timeout=timeout, allow_redirects=False, stream=True, **given
                )
                return Answer(answer.status_code, answer.headers, self._body(answer), "next" in answer.links)
        except OvertimeError:
            raise TrackerError(f"{self.base}: no whole answer within {timeout:.3g} s", unsure=unsure) from None
        except (requests.RequestException, OSError) as error:
            raise TrackerError(self._clean(f"{self.base}: no answer ({cause_of(error)})"), unsure=unsure) from None

    def _body(self, answer: requests.Response) -> bytes:
        parts, size = [], 0
        for part in answer.iter_content(65536):
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                answer.close()
                raise TrackerError(f"{self.base}: more than {LARGEST} bytes is no answer of GitHub's", final=True)
        return b"".join(parts)

    def _problem(self, answer: Answer, method: str, path: str) -> tuple[TrackerError, float | None]:
        """Return what is wrong, and how long to wait before trying again: 0 for as usual, None for never."""
        status, name, said = answer.status, self._repository.name, self._clean(_said(answer))
        if status in _LIMITED and (wait := self._limited(answer)) is not None:
            text = f"{self.base}: rate limit, free again in {wait:.0f} s ({said}); the rest follows with the next run"
            return TrackerError(text, final=True), max(wait, 1.0)
        if status in _AGAIN:
            return TrackerError(f"{self.base} answers {status}: {said}", unsure=method != "GET"), 0.0
        hints = {
            401: "the token in triage.github.token_file is wrong or over",
            403: f"the token may not do this in {name}: it needs the permission to read and write issues",
            404: f"there is no repository {name}, or the token may not see it",
            410: f"issues are switched off in {name}",
            422: "check triage.github.labels and assignees",
        }
        hint = "the repository has moved: write its new name" if status in _MOVED else hints.get(status, "")
        text = f"{self.base} answers {status} to {method} {path}: {said}"
        final = status in (401, 403, 404, 410) or status in _MOVED
        return TrackerError(f"{text}; {hint}" if hint else text, final=final), None

    def _limited(self, answer: Answer) -> float | None:
        """Return how many seconds GitHub wants nothing more from us, None when that is not what it says."""
        if (after := _number(answer.headers.get("Retry-After"))) is not None:
            return after
        if answer.headers.get("X-RateLimit-Remaining") == "0":
            reset = _number(answer.headers.get("X-RateLimit-Reset"))
            return UNTOLD if reset is None else max(0.0, reset - self._now - (self._clock() - self._began))
        return UNTOLD if answer.status == HTTPStatus.TOO_MANY_REQUESTS else None

    def _clean(self, text: str) -> str:
        return text.replace(self._token, "***") if self._token else text

    def parsed(self, answer: Answer, *, unsure: bool = False) -> Any:
        """Return an answer's JSON. Raises TrackerError."""
        try:
            return answer.json
        except (ValueError, RecursionError):
            said = f"{self.base} answers something that is not GitHub's JSON: {answer.text[:100]!r}"
            raise TrackerError(
                self._clean(f"{said}; check triage.github.url"), unsure=unsure, final=not unsure
            ) from None


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isdecimal() else None


def _said(answer: Answer) -> str:
    """Return GitHub's own words, or the beginning of whatever else answered."""
    try:
        found = answer.json
        text = str(found["message"])
        errors = found.get("errors") or ()
        text += "".join(f"; {one.get('field', '')} {one.get('code', '')}" for one in errors if isinstance(one, dict))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        text = answer.text
    return " ".join(text[:300].split()) or "no text"
