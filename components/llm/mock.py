"""A local LLM server for demos and tests: OpenAI compatible, seeded, with faults that are switched over HTTP.

POST /v1/chat/completions   a chat completion whose content is {"gain": 0..1}, after 10 to 30 ms
GET, POST /faults           the fault in force, e.g. {"mode": "error", "rate": 0.5}
GET /healthz                ok
"""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from typing import Final

import numpy as np
from aiohttp import web

from components.llm.faults import FaultError, Faults, parse_faults
from exporter.endpoints import LOOPBACK
from exporter.server import PortInUseError

LATENCY: Final = (0.010, 0.030)
"""Seconds that an answer takes in normal life, least and most."""

_GARBAGE: Final = (b"<html>502 upstream</html>", b'{"choices": []}', b'{"choices": [{"message": {"content": "0.4 or')


def _error(status: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": {"message": text, "type": "mock_fault"}}, status=status, headers=headers)


class LlmMock:
    """The application; `rng` draws latencies, answers and which calls a fault hits."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.faults = Faults()
        self._rng = rng
        self._answered = 0

    def app(self) -> web.Application:
        """Return the aiohttp application."""
        app = web.Application()
        app.add_routes(
            [
                web.post("/v1/chat/completions", self._complete),
                web.get("/faults", self._get_faults),
                web.post("/faults", self._set_faults),
                web.get("/healthz", self._healthy),
            ]
        )
        return app

    async def _healthy(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _get_faults(self, _request: web.Request) -> web.Response:
        return web.json_response(self.faults.document())

    async def _set_faults(self, request: web.Request) -> web.Response:
        try:
            self.faults = parse_faults(await request.json())
        except FaultError as error:
            return _error(400, str(error))
        except ValueError as error:
            return _error(400, f"not JSON: {error}")
        return web.json_response(self.faults.document())

    async def _complete(self, request: web.Request) -> web.Response:
        try:
            wanted = await request.json()
            model = str(wanted["model"])
            words = sum(len(str(message["content"]).split()) for message in wanted["messages"])
        except (ValueError, KeyError, TypeError):
            return _error(400, "expected JSON with model and messages")
        fault = self.faults
        hit = fault.mode != "none" and self._rng.random() < fault.rate
        await asyncio.sleep(fault.delay if hit and fault.mode in {"hang", "slow"} else self._rng.uniform(*LATENCY))
        if hit and fault.mode == "error":
            return _error(500, "the model fell over")
        if hit and fault.mode == "ratelimit":
            return _error(429, "too many requests", {"Retry-After": "1"})
        self._answered += 1
        if hit and fault.mode == "garbage":
            return web.Response(body=_GARBAGE[self._answered % len(_GARBAGE)], content_type="application/json")
        return web.json_response(self._completion(model, words))

    def _completion(self, model: str, words: int) -> dict[str, object]:
        content = json.dumps({"gain": round(self._rng.random(), 4)})
        return {
            "id": f"chatcmpl-{self._answered}",
            "object": "chat.completion",
            "created": 0,
            "model": model,
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"},
            ],
            "usage": {"prompt_tokens": words, "completion_tokens": 4, "total_tokens": words + 4},
        }


async def run_mock(port: int, seed: int, log: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; port 0 picks a free one, and `log` says which. Raises PortInUseError."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    app = LlmMock(np.random.default_rng(seed)).app()
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
        log(f"llm-mock: listening on http://{LOOPBACK}:{runner.addresses[0][1]}")
        await stop.wait()
    except OSError as error:
        raise PortInUseError(
            error.errno, f"cannot listen on {LOOPBACK}:{port}: {error.strerror}; choose another port"
        ) from None
    finally:
        await runner.cleanup()
