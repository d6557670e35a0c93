"""Every fault of the mock becomes the outcome that it is; nothing waits longer than the time-out."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from aiohttp import web

from components.llm.breaker import Breaker, BreakerSettings
from components.llm.client import MAX_IN_FLIGHT, parse_gain
from components.llm.faults import Faults
from tests.components.llm.serving import client_of, mock_llm, served
from tests.components.support import total

NEVER_OPENS = BreakerSettings(window=1000, minimum_calls=1000)


def completion(content: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        (Faults("none"), "ok"),
        (Faults("error"), "error"),
        (Faults("ratelimit"), "error"),
        (Faults("hang"), "timeout"),
        (Faults("slow", 1.0, 0.1), "ok"),
        (Faults("slow", 1.0, 40.0), "timeout"),
        (Faults("garbage"), "invalid"),
    ],
)
def test_each_fault_has_its_outcome(faults: Faults, outcome: str) -> None:
    async def story() -> None:
        patience = 0.3 if outcome == "timeout" else 30.0
        async with mock_llm() as (mock, url), client_of(url, patience=patience) as (client, registry):
            mock.faults = faults
            started = time.monotonic()
            gains = await asyncio.gather(*(client.ask("canary", "slate") for _ in range(4)))
            assert time.monotonic() - started < 15.0
            assert total(registry, "vvtv_llm_requests_total", variant="canary", outcome=outcome) == 4
            assert total(registry, "vvtv_llm_requests_total") == 4
            assert total(registry, "vvtv_llm_request_duration_seconds_count", variant="canary") == 4
            assert all((gain is not None) == (outcome == "ok") for gain in gains)

    asyncio.run(story())


def test_no_server_is_an_error() -> None:
    async def story() -> None:
        async with mock_llm() as (_mock, url):
            pass
        async with client_of(url) as (client, registry):
            assert await client.ask("control", "slate") is None
            assert total(registry, "vvtv_llm_requests_total", variant="control", outcome="error") == 1

    asyncio.run(story())


def test_failures_open_the_breaker_it_rejects_without_sending_and_closes_after_the_fault() -> None:
    async def story() -> None:
        now = 1000.0
        breaker = Breaker(BreakerSettings(window=10, minimum_calls=5, open_seconds=5.0, probes=2))
        async with mock_llm() as (mock, url), client_of(url, breaker, clock=lambda: now) as (client, registry):
            mock.faults = Faults("error")
            for _ in range(8):
                await client.ask("control", "slate")
            assert total(registry, "vvtv_llm_requests_total", outcome="error") == 5
            assert total(registry, "vvtv_llm_requests_total", outcome="rejected") == 3
            assert total(registry, "vvtv_llm_request_duration_seconds_count") == 5
            mock.faults = Faults()
            now += 5.0
            for _ in range(2):
                assert await client.ask("control", "slate") is not None
            assert breaker.state(now) == "closed"

    asyncio.run(story())


def test_calls_in_flight_are_bounded() -> None:
    async def story() -> None:
        async with mock_llm() as (mock, url), client_of(url, Breaker(NEVER_OPENS), patience=1.0) as (client, registry):
            mock.faults = Faults("hang")
            await asyncio.gather(*(client.ask("control", "slate") for _ in range(100)))
            assert total(registry, "vvtv_llm_requests_total", outcome="timeout") == MAX_IN_FLIGHT
            assert total(registry, "vvtv_llm_requests_total", outcome="rejected") == 100 - MAX_IN_FLIGHT
            mock.faults = Faults()
            assert await client.ask("control", "slate") is not None

    asyncio.run(story())


def test_a_call_that_we_cancel_is_no_failure_and_gives_its_place_back() -> None:
    async def story() -> None:
        breaker = Breaker(BreakerSettings(window=5, minimum_calls=1))
        async with mock_llm() as (mock, url), client_of(url, breaker) as (client, registry):
            mock.faults = Faults("hang")
            for _ in range(2 * MAX_IN_FLIGHT):
                task = asyncio.create_task(client.ask("control", "slate"))
                await asyncio.sleep(0.002)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            mock.faults = Faults()
            assert await client.ask("control", "slate") is not None
            assert total(registry, "vvtv_llm_requests_total") == 1

    asyncio.run(story())


def test_an_endless_answer_is_cut_off() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 10_000)

    async def story() -> None:
        app = web.Application()
        app.add_routes([web.post("/v1/chat/completions", endless)])
        async with served(app) as url, client_of(url) as (client, registry):
            assert await client.ask("control", "slate") is None
            assert total(registry, "vvtv_llm_requests_total", outcome="invalid") == 1

    asyncio.run(story())


@pytest.mark.parametrize(
    ("body", "gain"),
    [
        (completion('{"gain": 0.25}'), 0.25),
        (completion('{"gain": 1}'), 1.0),
        (completion('{"gain": 1.01}'), None),
        (completion('{"gain": NaN}'), None),
        (completion('{"gain": true}'), None),
        (completion('{"gain": "0.2"}'), None),
        (completion("[1]"), None),
        (completion("a gain of 0.4"), None),
        (completion(None), None),
        (b'{"choices": []}', None),
        (b'{"choices": null}', None),
        (b"[" * 100_000, None),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_only_a_gain_from_0_to_1_is_an_answer(body: bytes, gain: float | None) -> None:
    assert parse_gain(body) == gain
