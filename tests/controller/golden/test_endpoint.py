"""Endpoints: real HTTP servers that answer, refuse, redirect, drip, hang and go away."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from controller.errors import ConfigError
from controller.golden.cache import Cache
from controller.golden.endpoint import EndpointSubject
from controller.golden.report import Report
from controller.golden.run import run_cases
from tests.controller.golden.conftest import QUICK, case

Handle = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


def reply(handler: BaseHTTPRequestHandler, value: object, status: int = 200, **headers: str) -> None:
    """Answer with JSON, or with a text as it is."""
    body = (value if isinstance(value, str) else json.dumps(value)).encode()
    handler.send_response(status)
    for name, text in headers.items():
        handler.send_header(name, text)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


class Server:
    """A server on loopback whose behaviour a test sets."""

    def __init__(self) -> None:
        self.handle: Handle = lambda handler, question: reply(handler, {"answer": question["input"]})
        self.connections = 0
        self.seen: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                outer.connections += 1

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append(dict(self.headers))
                outer.handle(self, json.loads(body))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                pass  # a client that breaks off is what some tests are about

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/golden?set=1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        """Stop."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server that echoes."""
    made = Server()
    yield made
    made.close()


def _subject(server: Server, *, token: Path | None = None, version: str | None = None) -> EndpointSubject:
    return EndpointSubject(server.url, version=version, token_file=token, patience=30.0)


def _run(server: Server, **given: Any) -> Report:
    return run_cases((case(input={"n": 1}, **given),), {"top": 2}, _subject(server), QUICK)


def test_questions_go_over_one_connection_a_session_and_carry_no_token(server: Server) -> None:
    given = tuple(
        case(str(n), input={"n": n}, expect={"equals": {"n": n, "parameters": {"top": 2}}}) for n in range(20)
    )
    report = run_cases(given, {"top": 2}, _subject(server), QUICK)
    assert report.passed
    assert report.subject == f"the endpoint {server.url}"
    assert (len(server.seen), server.connections) == (40, 2)
    assert all("Authorization" not in headers for headers in server.seen)


def test_the_token_comes_from_its_file_and_stands_in_no_message(server: Server, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret\n")
    server.handle = lambda handler, _: reply(handler, {"error": "no"}, 401)
    report = run_cases((case(),), {}, _subject(server, token=token), QUICK)
    assert server.seen[0]["Authorization"] == "Bearer s3cret"
    assert "s3cret" not in repr(report)
    token.write_text("two\nlines")
    with pytest.raises(ConfigError, match="must hold one line"):
        _subject(server, token=token).session()
    with pytest.raises(ConfigError, match="cannot be read"):
        _subject(server, token=tmp_path / "none").session()


@pytest.mark.parametrize(
    ("status", "value", "said"),
    [
        (200, {"error": "no such category"}, "raised no such category"),
        (400, {"error": "no such category"}, "raised HTTP 400: no such category"),
        (422, "plain words", "raised HTTP 422: plain words"),
        (500, {"error": "oops"}, "HTTP 500: oops"),
        (200, "<html>", "answered what is no JSON: '<html>'"),
        (200, [1], "answered neither"),
    ],
)
def test_what_is_no_answer_fails_the_case(server: Server, status: int, value: object, said: str) -> None:
    server.handle = lambda handler, _: reply(handler, value, status)
    report = _run(server)
    assert report.unavailable is None
    assert report.results[0].faults[0].startswith(said)


def test_a_refusal_can_be_what_is_expected(server: Server) -> None:
    server.handle = lambda handler, _: reply(handler, {"error": "no such category"}, 422)
    assert _run(server, expect={"error": "no such category"}).passed


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "see golden.token_file"), (404, "see golden.url"), (503, "cannot answer now"), (302, "it sends elsewhere")],
)
def test_an_endpoint_that_is_not_meant_is_unavailable(server: Server, status: int, said: str) -> None:
    server.handle = lambda handler, _: reply(handler, {}, status, Location="http://127.0.0.1:1/")
    report = _run(server)
    assert report.unavailable is not None
    assert said in report.unavailable


def test_nobody_at_the_address_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        subject = EndpointSubject(url, version=None, token_file=None, patience=30.0)
        report = run_cases((case(),), {}, subject, QUICK)
    assert report.unavailable is not None
    assert "cannot be reached" in report.unavailable


@pytest.mark.parametrize("drips", [True, False])
def test_an_answer_that_drips_or_never_comes_ends_in_time(server: Server, *, drips: bool) -> None:
    over = threading.Event()

    def slow(handler: BaseHTTPRequestHandler, _: object) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not over.wait(0.05):
            if drips:
                handler.wfile.write(b" ")

    server.handle = slow
    try:
        start = time.monotonic()
        report = run_cases((case(),), {}, _subject(server), replace(QUICK, each=0.4, leave=1.0))
        assert time.monotonic() - start < 20
    finally:
        over.set()
    assert report.results[0].faults == ("no answer within 0.4 s",)


def test_a_connection_that_was_closed_meanwhile_is_opened_again(server: Server) -> None:
    def once(handler: BaseHTTPRequestHandler, question: dict[str, Any]) -> None:
        reply(handler, {"answer": question["input"]["n"]})
        handler.close_connection = True  # without saying so

    server.handle = once
    given = tuple(case(str(n), input={"n": n}, expect={"equals": n}) for n in range(5))
    assert run_cases(given, {}, _subject(server), QUICK).passed


def test_an_endpoint_is_kept_only_under_a_version(server: Server, tmp_path: Path) -> None:
    def cached(version: str | None) -> int:
        given = (case(expect={"equals": {"parameters": {}}}),)
        return run_cases(given, {}, _subject(server, version=version), QUICK, cache=Cache(tmp_path / "c.json")).cached

    assert [cached(version) for version in (None, None, "7", "7", "8")] == [0, 0, 0, 1, 0]
