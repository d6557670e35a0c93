"""A local HTTP server that answers as it is told, in order; the last answer repeats."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Reply:
    """One answer. `promise` is the length that the header claims; `pause` seconds pass before, or amid, the body."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promise: int | None = None
    pause: float = 0.0
    amid: bool = False


def success(result: list[Any], kind: str = "vector", warnings: tuple[str, ...] = ()) -> Reply:
    """Return Prometheus' answer with a result."""
    body = {"status": "success", "data": {"resultType": kind, "result": result}}
    return Reply(json.dumps({**body, "warnings": warnings} if warnings else body).encode())


def number(value: str, *warnings: str) -> Reply:
    """Return Prometheus' answer of one number, as it writes it."""
    return success([{"metric": {}, "value": [1000, value]}], warnings=warnings)


def failure(status: int, kind: str, text: str) -> Reply:
    """Return Prometheus' answer to what failed."""
    return Reply(json.dumps({"status": "error", "errorType": kind, "error": text}).encode(), status)


@dataclass
class Server:
    """Where it listens, and what it was asked: path, headers and form of each request."""

    port: int
    requests: list[tuple[str, dict[str, str], dict[str, list[str]]]] = field(default_factory=list)


@contextmanager
def serving(*replies: Reply, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve the replies on loopback inside the block."""
    left = list(replies)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            server.requests.append((self.path, dict(self.headers.items()), form))
            reply = left.pop(0) if len(left) > 1 else left[0]
            if not reply.amid:
                time.sleep(reply.pause)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.promise is None else reply.promise))
            self.end_headers()
            half = len(reply.body) // 2
            self.wfile.write(reply.body[:half])
            self.wfile.flush()
            if reply.amid:
                time.sleep(reply.pause)
            self.wfile.write(reply.body[half:])

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        handle_error: Callable[..., None] = lambda *_: None  # a client that went away is what some tests are about

    with Quiet(("127.0.0.1", 0), Handler) as http:
        if tls is not None:
            http.socket = tls.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
        server = Server(http.server_address[1])
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


@contextmanager
def trickling(at_once: bytes, then: bytes) -> Iterator[int]:
    """Serve an answer on loopback whose second part comes bit by bit, each 20 ms, for ever; yield the port.

    Of two empty parts nothing ever comes: it accepts, and is mute.
    """
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
