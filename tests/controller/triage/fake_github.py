"""A GitHub on loopback that speaks the calls that triage uses: pages, labels, search, a token, and faults on demand."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghp_abcDEF123"
REPOSITORY = "acme/shop"
_ISSUE = re.compile(rf"/repos/{REPOSITORY}/issues/(\d+)(/comments)?\Z")


@dataclass(frozen=True)
class Fault:
    """An answer in the place of GitHub's own: `after` does what was asked first; `drop` closes the connection."""

    status: int = 500
    body: bytes = b'{"message": "out of order"}'
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    after: bool = False
    drop: bool = False


@dataclass
class FakeGitHub:
    """What it keeps, and what it was asked."""

    port: int = 0
    issues: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[int, list[str]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    searched: bool = True
    created: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def writes(self) -> list[tuple[str, str]]:
        """What was written: method and path."""
        return [request for request in self.requests if request[0] != "GET"]

    def add(self, title: str, body: str, *, labels: tuple[str, ...] = ("autopilot-triage",), **more: Any) -> int:
        """Keep an issue; return its number."""
        number = len(self.issues) + 1
        self.issues.append(
            {
                "number": number,
                "title": title,
                "body": body,
                "state": "open",
                "state_reason": None,
                "html_url": f"https://github.example/{REPOSITORY}/issues/{number}",
                "labels": [{"name": label} for label in labels],
                "closed_by": None,
                **more,
            }
        )
        self.comments[number] = []
        return number

    def close(self, number: int, reason: str = "completed", by: str = "ann") -> None:
        """Close an issue."""
        self.issues[number - 1] |= {"state": "closed", "state_reason": reason, "closed_by": {"login": by}}

    def answer(self, method: str, path: str, query: dict[str, str], content: Any) -> tuple[int, Any]:
        """Return status and JSON of one call."""
        if path == f"/repos/{REPOSITORY}/issues":
            return self._list(query["labels"]) if method == "GET" else self._create(content)
        if path == "/search/issues":
            words = query["q"].split('"')[1]
            found = [one for one in self.issues if words in one["body"]] if self.searched else []
            return 200, {"total_count": len(found), "items": found}
        match = _ISSUE.match(path)
        if match is None:
            return 404, {"message": "Not Found"}
        answer = self._comments if match[2] else self._issue
        return answer(method, int(match[1]), content)

    def _list(self, label: str) -> tuple[int, Any]:
        return 200, [one for one in self.issues if any(item["name"] == label for item in one["labels"])]

    def _create(self, content: Any) -> tuple[int, Any]:
        number = self.add(content["title"], content["body"], labels=tuple(content["labels"]))
        return 201, self.issues[number - 1]

    def _comments(self, method: str, number: int, content: Any) -> tuple[int, Any]:
        if method == "GET":
            return 200, [{"body": body} for body in self.comments[number]]
        self.comments[number].append(content["body"])
        return 201, {"id": 1, "body": content["body"]}

    def _issue(self, method: str, number: int, content: Any) -> tuple[int, Any]:
        if method == "PATCH":
            self.issues[number - 1] |= {"state": content["state"], "closed_by": None, "state_reason": "reopened"}
        return 200, self.issues[number - 1]

    def paged(self, path: str, query: dict[str, str], found: Any) -> tuple[Any, dict[str, str]]:
        """Return one page of what was found, and the header that names the next."""
        listed = found["items"] if isinstance(found, dict) and "items" in found else found
        if not isinstance(listed, list):
            return found, {}
        page, size = int(query.get("page", "1")), int(query.get("per_page", "30"))
        part = listed[(page - 1) * size : page * size]
        more = page * size < len(listed)
        headers = {"Link": f'<{self.url}{path}?page={page + 1}>; rel="next"'} if more else {}
        return {**found, "items": part} if isinstance(found, dict) else part, headers


@contextmanager
def fake_github() -> Iterator[FakeGitHub]:
    """Serve one inside the block."""
    github = FakeGitHub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            content = json.loads(self.rfile.read(length)) if length else None
            github.requests.append((self.command, parts.path))
            fault = next((one for one in github.faults if one.method == self.command), None)
            if fault is not None:
                github.faults.remove(fault)
                if fault.after:
                    github.answer(self.command, parts.path, query, content)
                if fault.drop:
                    self.close_connection = True
                    return
                self._send(fault.status, fault.body, fault.headers)
                return
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self._send(401, b'{"message": "Bad credentials"}', {})
                return
            status, found = github.answer(self.command, parts.path, query, content)
            if status == 201:
                github.created()
            found, headers = github.paged(parts.path, query, found)
            self._send(status, json.dumps(found).encode(), headers)

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - as http.server names them

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        handle_error: Callable[..., None] = lambda *_: None  # clients that go away are what some tests are about

    with Quiet(("127.0.0.1", 0), Handler) as http:
        github.port = http.server_address[1]
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield github
        finally:
            http.shutdown()
            thread.join()
