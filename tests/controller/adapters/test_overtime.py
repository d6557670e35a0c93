"""An answer that comes byte by byte ends, whatever part of it comes so slowly."""

from __future__ import annotations

import time

import pytest

from controller.adapters.answer import OverloadedError, QueryTimeoutError
from controller.adapters.prometheus import WHOLE, Prometheus
from controller.adapters.prometheus_about import PrometheusAbout
from controller.adapters.session import Connection
from tests.controller.adapters.server import Reply, number, serving, trickling

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


TRICKLES = pytest.mark.parametrize(
    ("at_once", "then"),
    [
        (HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (HEAD + b"\r\n", b" "),
        (HEAD + b"X-Long: ", b"x"),
        (b"", b"H"),
    ],
    ids=["body", "chunks", "body without a length", "header", "status line"],
)


@TRICKLES
def test_an_answer_that_trickles_for_ever_ends_and_says_so(at_once: bytes, then: bytes) -> None:
    with trickling(at_once, then) as port:
        client = Prometheus(Connection(f"http://127.0.0.1:{port}", timeout=0.4, retries=0))
        began = time.monotonic()
        with client, pytest.raises(QueryTimeoutError, match=r"not whole within 0\.8 s, twice `prometheus.timeout`"):
            client.instant("up", 0)
        assert 0.8 <= time.monotonic() - began < 10


@TRICKLES
def test_so_does_one_about_prometheus_itself(at_once: bytes, then: bytes) -> None:
    with trickling(at_once, then) as port, PrometheusAbout(Connection(f"http://127.0.0.1:{port}", timeout=0.4)) as it:
        began = time.monotonic()
        with pytest.raises(QueryTimeoutError, match=r"not whole within 0\.8 s, twice `prometheus.timeout`"):
            it.get("status/buildinfo")
        assert 0.8 <= time.monotonic() - began < 10


@pytest.mark.parametrize("retries", [0, 2])
def test_a_server_that_accepts_and_never_answers_costs_its_time_out_once(retries: int) -> None:
    waits: list[float] = []
    with trickling(b"", b"") as port:
        found = Connection(f"http://127.0.0.1:{port}", timeout=0.15, retries=retries, backoff=0.0)
        client = Prometheus(found, sleep=waits.append)
        with client, pytest.raises(QueryTimeoutError, match=r"no answer within 0\.15 s"):
            client.instant("up", 0)
    assert waits == []


def test_no_attempt_begins_when_the_wait_before_it_would_last_beyond_the_time_out() -> None:
    waits: list[float] = []
    with serving(Reply(b"", 502)) as server:
        found = Connection(f"http://127.0.0.1:{server.port}", timeout=7, retries=10, backoff=1.0)
        with Prometheus(found, sleep=waits.append) as client, pytest.raises(OverloadedError):
            client.instant("up", 0)
    assert waits == [1.0, 2.0, 4.0]


def test_after_one_that_trickled_the_same_client_goes_on() -> None:
    slow = Reply(number("1").body, pause=20.0, amid=True)
    with serving(slow, slow, number("2")) as server:
        client = Prometheus(Connection(f"http://127.0.0.1:{server.port}", timeout=0.8, retries=2, backoff=0.0))
        with client:
            for _ in range(2):
                with pytest.raises(QueryTimeoutError):
                    client.scalar("up", 0)
            assert client.scalar("up", 0).value == 2


def test_what_is_slow_but_in_time_is_no_failure() -> None:
    reply = Reply(number("1").body, pause=0.15)
    with serving(reply) as server, Prometheus(Connection(f"http://127.0.0.1:{server.port}", timeout=30)) as client:
        assert client.scalar("up", 0).value == 1
    assert WHOLE > 1  # the first byte alone may take the whole of `timeout`
