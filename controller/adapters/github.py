"""GitHub's issues over its REST API: the few calls that triage needs. Fulfils controller.triage.tracker.Tracker."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from controller.adapters.github_http import Http
from controller.adapters.github_repository import Repository
from controller.triage.tracker import Issue, TrackerError

PAGE = 100  # issues of one answer, as many as GitHub gives
MOST_PAGES = 100


class GitHub:
    """The issues of one repository. Not thread-safe.

    Args:
        repository: where.
        now: unix seconds when it begins; rate limits name a time.
        sleep: waits.
        clock: seconds that only go on.

    Raises:
        ConfigError: the token file cannot be read.
    """

    def __init__(
        self,
        repository: Repository,
        now: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._repository = repository
        self._http = Http(repository, now, sleep, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def issues(self) -> tuple[Issue, ...]:
        """Return every issue with the first label, open and closed."""
        found = self._pages(self._own("issues"), {"state": "all", "labels": self._repository.labels[0]})
        return tuple(_issue(item) for item in found if "pull_request" not in item)

    def search(self, words: str) -> tuple[Issue, ...]:
        """Return every issue whose text holds these words. GitHub's search learns of a new one after some time only."""
        query = f'"{words}" repo:{self._repository.name} in:body is:issue'
        return tuple(_issue(item) for item in self._pages("search/issues", {"q": query}))

    def comments(self, number: int) -> tuple[str, ...]:
        """Return the texts of an issue's comments."""
        return tuple(str(item.get("body") or "") for item in self._pages(self._own(f"issues/{number}/comments"), {}))

    def closed_by(self, number: int) -> str:
        """Return who closed an issue."""
        found = self._http.parsed(self._http.get(self._own(f"issues/{number}"), {}))
        who = found.get("closed_by") if isinstance(found, dict) else None
        return str(who.get("login", "")) if isinstance(who, dict) else ""

    def create(self, title: str, body: str) -> Issue:
        """Write an issue."""
        content: dict[str, Any] = {"title": title, "body": body, "labels": list(self._repository.labels)}
        if self._repository.assignees:
            content["assignees"] = list(self._repository.assignees)
        return _issue(self._write("POST", self._own("issues"), content))

    def comment(self, number: int, body: str) -> None:
        """Add to an issue."""
        self._write("POST", self._own(f"issues/{number}/comments"), {"body": body})

    def reopen(self, number: int) -> None:
        """Open an issue that was closed."""
        self._write("PATCH", self._own(f"issues/{number}"), {"state": "open"})

    def _write(self, method: str, path: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what GitHub says of what it has now. Raises TrackerError."""
        found = self._http.parsed(self._http.write(method, path, content), unsure=True)
        if not isinstance(found, dict):
            raise TrackerError(f"{self._http.base}: {path} answers no object; check triage.github.url", unsure=True)
        return found

    def _own(self, path: str) -> str:
        return f"repos/{self._repository.name}/{path}"

    def _pages(self, path: str, parameters: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the items of every page. Pages are counted here: no address of an answer is followed."""
        items: list[dict[str, Any]] = []
        for page in range(1, MOST_PAGES + 1):
            answer = self._http.get(path, {**parameters, "per_page": str(PAGE), "page": str(page)})
            found = self._http.parsed(answer)
            listed = found.get("items") if isinstance(found, dict) else found
            if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
                raise TrackerError(f"{self._http.base}: {path} answers no list; check triage.github.url", final=True)
            items += listed
            if not answer.more:
                return items
        raise TrackerError(
            f"{self._http.base}: {path} has more than {MOST_PAGES * PAGE} entries; give triage a label of its own",
            final=True,
        )


@dataclass(frozen=True)
class Request:
    """What would be sent: method, path and JSON."""

    method: str
    path: str
    content: Mapping[str, Any]


class Rehearsal(GitHub):
    """Reads as GitHub does, and only notes in `sent` what would be written."""

    def __init__(self, repository: Repository, now: float) -> None:
        super().__init__(repository, now)
        self.sent: list[Request] = []

    def _write(self, method: str, path: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        self.sent.append(Request(method, path, content))
        return {"number": 0, "state": "open", **content}


def _issue(item: Mapping[str, Any]) -> Issue:
    try:
        return Issue(
            number=int(item["number"]),
            url=str(item.get("html_url") or ""),
            body=str(item.get("body") or "").replace("\r\n", "\n"),
            open=item["state"] == "open",
            declined=item["state"] != "open" and item.get("state_reason") == "not_planned",
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TrackerError(f"GitHub answers an issue that cannot be read: {error!r}", unsure=True) from None
