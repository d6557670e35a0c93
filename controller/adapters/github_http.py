"""HTTP to GitHub's API: one time limit for everything, few retries, rate limits, and errors that say what to do.

The token comes from a file, goes into one header, and is taken out of whatever is said of a failure. Nothing follows a
redirect. What only reads is tried again after failures that may pass; what writes is tried again only when GitHub says
that it has done nothing (a rate limit), since an answer may have been lost on its way back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import requests

from controller.adapters.cause import cause_of
from controller.adapters.github_answer import Answer, Asked, problem
from controller.adapters.github_repository import Repository
from controller.adapters.overtime import OvertimeError, Watch, mount
from controller.adapters.session import secret
from controller.triage.tracker import TrackerError

LARGEST = 20_000_000  # bytes of one answer
VERSION = "2022-11-28"


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
                asked = Asked(self.base, self._repository.name, method, path)
                wrong, wait = problem(answer, asked, self._clean(answer.words), self._now + self._gone)
            except TrackerError as error:
                wrong = error
            wait = self._repository.backoff * 2**attempt if wait == 0.0 and reads and not wrong.final else wait
            if not wait or wait > self._left or attempt == self._repository.retries:
                raise wrong
            self._sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    @property
    def _gone(self) -> float:
        """Seconds since it began."""
        return self._clock() - self._began

    @property
    def _left(self) -> float:
        """Seconds left for everything."""
        return self._repository.total - self._gone

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
