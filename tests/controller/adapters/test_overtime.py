"""An answer that comes byte by byte ends, whatever part of it comes so slowly."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from controller.adapters.answer import QueryTimeoutError
from controller.adapters.prometheus import WHOLE, Connection, Prometheus
from tests.controller.adapters.server import Reply, number, serving

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def _trickling(at_once: bytes, then: bytes) -> Iterator[int]:
    """Serve an answer on loopback whose second part comes byte by byte, one each 20 ms, for ever; yield the port."""
    over = threading.Event()

    def answer(connection: socket.socket) -> None:
        with connection:
            connection.recv(65536)
            try:
                connection.sendall(at_once)
                while not over.wait(0.02):
                    connection.sendall(then)
            except OSError:
                pass  # the client has had enough

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
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
def test_an_answer_that_trickles_for_ever_ends_and_says_so(at_once: bytes, then: bytes) -> None:
    with _trickling(at_once, then) as port:
        client = Prometheus(Connection(f"http://127.0.0.1:{port}", timeout=0.15, retries=0))
        began = time.monotonic()
        with client, pytest.raises(QueryTimeoutError, match=r"not whole within 0\.3 s, twice `prometheus.timeout`"):
            client.instant("up", 0)
        assert 0.3 <= time.monotonic() - began < 5


def test_after_one_that_trickled_the_same_client_goes_on() -> None:
    slow = Reply(number("1").body, pause=0.25, amid=True)
    with serving(slow, slow, number("2")) as server:
        client = Prometheus(Connection(f"http://127.0.0.1:{server.port}", timeout=0.2, retries=2, backoff=0.0))
        with client:
            assert client.scalar("up", 0).value == 2


def test_what_is_slow_but_in_time_is_no_failure() -> None:
    reply = Reply(number("1").body, pause=0.15)
    with serving(reply) as server, Prometheus(Connection(f"http://127.0.0.1:{server.port}", timeout=1)) as client:
        assert client.scalar("up", 0).value == 1
    assert WHOLE > 1  # the first byte alone may take the whole of `timeout`
