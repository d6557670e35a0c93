"""The metrics server, over real HTTP."""

from __future__ import annotations

import gc
import socket
import threading

import pytest
import requests
from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge

from exporter.server import MetricsServer, PortInUseError


def _get(server: MetricsServer, path: str, **headers: str) -> requests.Response:
    return requests.get(f"http://{server.host}:{server.port}{path}", headers=headers, timeout=5)


def test_metrics_are_served_as_the_scraper_asks_and_brought_up_to_date_before() -> None:
    registry = CollectorRegistry()
    level = Gauge("level", "Level.", registry=registry)
    with MetricsServer(registry, 0, before_scrape=level.inc) as server:
        text = _get(server, "/metrics")
        openmetrics = _get(server, "/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert text.headers["Content-Type"].startswith("text/plain")
    assert "level 1.0\n" in text.text
    assert openmetrics.headers["Content-Type"].startswith("application/openmetrics-text")
    assert "level 2.0\n# EOF" in openmetrics.text


def test_a_scraper_that_takes_gzip_gets_it() -> None:
    registry = CollectorRegistry()
    Gauge("level", "A long text. " * 100, registry=registry)
    with MetricsServer(registry, 0) as server:
        packed = _get(server, "/metrics", **{"Accept-Encoding": "gzip"})
        plain = _get(server, "/metrics", **{"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.text == plain.text


def test_health_and_further_routes_are_served_beside_the_metrics() -> None:
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    with MetricsServer(CollectorRegistry(), 0, routes=[web.get("/hello", hello)]) as server:
        assert _get(server, "/healthz").text == "ok\n"
        assert _get(server, "/hello").text == "hello"
        assert _get(server, "/nothing").status_code == 404


def test_an_owner_that_is_dead_is_told_with_the_reason() -> None:
    with MetricsServer(CollectorRegistry(), 0, dead=lambda: "no step for an hour") as server:
        answer = _get(server, "/healthz")
        assert (answer.status_code, answer.text) == (503, "no step for an hour\n")


def test_a_failing_update_fails_that_scrape_and_not_the_server(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise RuntimeError("broken")

    with MetricsServer(CollectorRegistry(), 0, before_scrape=fail) as server:
        assert _get(server, "/metrics").status_code == 500
        assert _get(server, "/healthz").ok
    assert "broken" in caplog.text


def test_a_taken_port_is_named_with_what_to_do_and_nothing_is_left_behind() -> None:
    before = threading.active_count()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with (
            pytest.raises(PortInUseError, match=f"cannot listen on 127.0.0.1:{port}.*choose another port"),
            MetricsServer(CollectorRegistry(), port),
        ):
            raise AssertionError("it listens on a taken port")
    gc.collect()  # an unclosed loop or socket would warn here, and warnings are errors
    assert threading.active_count() == before


def test_the_port_is_free_again_after_the_server_ended() -> None:
    before = threading.active_count()
    with MetricsServer(CollectorRegistry(), 0) as server:
        assert _get(server, "/healthz").ok
    assert threading.active_count() == before
    with MetricsServer(CollectorRegistry(), server.port) as again:
        assert again.port == server.port
        assert _get(again, "/healthz").ok


def test_an_idle_kept_connection_does_not_hold_the_server_up() -> None:
    with requests.Session() as session:
        with MetricsServer(CollectorRegistry(), 0) as server:
            assert session.get(f"http://127.0.0.1:{server.port}/healthz", timeout=5).ok
        with pytest.raises(requests.ConnectionError):
            session.get(f"http://127.0.0.1:{server.port}/healthz", timeout=5)
