"""A limit on the whole of an HTTP answer: requests limits only the wait for each part of one.

A server that sends a byte now and then would hold a query for ever. While a watch is on, a thread shuts the connection
down when the time is over, whatever the request waits for then.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_AGAIN = 0.2  # seconds until a connection that was not there yet is shut down


class OvertimeError(Exception):
    """The answer was not whole in time."""


class Watch:
    """Knows the connection of the request under way, and ends it when its time is over."""

    def __init__(self) -> None:
        self.connection: HTTPConnection | None = None
        self.asked_on: socket.socket | None = None

    @contextmanager
    def until(self, seconds: float) -> Iterator[None]:
        """Limit the block, one request, to some seconds. Raises OvertimeError."""
        done, late = threading.Event(), threading.Event()

        def end() -> None:
            wait = seconds
            while not done.wait(wait):
                late.set()
                self._shut()
                wait = _AGAIN

        self.connection, self.asked_on = None, None
        thread = threading.Thread(target=end, name="overtime", daemon=True)
        thread.start()
        try:
            yield
        except (requests.RequestException, OSError):
            if late.is_set():
                raise OvertimeError from None
            raise
        finally:
            done.set()
            thread.join()
        if late.is_set():
            raise OvertimeError

    def _shut(self) -> None:
        found = self.asked_on  # a connection lets go of its socket when the answer says no length
        if found is None and self.connection is not None:
            found = self.connection.sock
        if found is not None:
            with contextlib.suppress(OSError):  # closed by now
                found.shutdown(socket.SHUT_RDWR)


def mount(session: requests.Session, watch: Watch) -> None:
    """Make a session's connections known to a watch as requests begin on them."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(watch))


class _Adapter(HTTPAdapter):
    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _watched(HTTPConnectionPool, self._watch),
            "https": _watched(HTTPSConnectionPool, self._watch),
        }


def _watched(pool: type[HTTPConnectionPool], watch: Watch) -> type[HTTPConnectionPool]:
    """Return a pool whose connections tell the watch when a request begins."""

    class WatchedConnection(pool.ConnectionCls):  # type: ignore[name-defined,misc]  # the class depends on the scheme
        def request(self, *args: Any, **kwargs: Any) -> None:
            watch.connection = self
            super().request(*args, **kwargs)
            watch.asked_on = self.sock

    class WatchedConnectionPool(pool):  # type: ignore[valid-type,misc]  # likewise
        ConnectionCls = WatchedConnection

    return WatchedConnectionPool
