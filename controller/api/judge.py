"""The judge over HTTP: one document in, one verdict out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aiohttp import web

from controller.errors import ConfigError
from controller.judging.answer import Answer
from controller.judging.schema import SIDES, schema
from controller.judging.service import judged

JUDGE_PATH = "/v1/canary/judge"
SCHEMA_PATH = "/v1/canary/schema"
AT_ONCE = 4  # documents that are judged at the same time; others wait their turn

Result = TypeVar("Result")


class Turns:
    """Runs what takes the processor for a while in threads, a few at a time, so that the loop stays free."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._turn = asyncio.Semaphore(at_once)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return what `work` returns."""
        async with self._turn:
            return await asyncio.to_thread(work)


def routes(turns: Turns) -> tuple[web.RouteDef, ...]:
    """Return the routes of the judge of documents."""

    async def receive(request: web.Request) -> web.Response:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge as error:
            return refused(error.status_code, f"{error.text}; send the series of fewer metrics or a shorter history")
        try:
            found = await turns.run(lambda: judged(body))
        except ConfigError as error:
            return refused(web.HTTPBadRequest.status_code, str(error), id=getattr(error, "id", None))
        return answered(found)

    async def schemas(_request: web.Request) -> web.Response:
        return _json({side: schema(side) for side in SIDES})

    return (web.post(JUDGE_PATH, receive), web.get(SCHEMA_PATH, schemas))


def answered(found: Answer, status: int = 200) -> web.Response:
    """Return a verdict as a response."""
    return _json(found.model_dump(mode="json"), status)


def refused(status: int, error: str, **more: str | None) -> web.Response:
    """Return an error as a response."""
    return _json({"error": error, **{key: value for key, value in more.items() if value is not None}}, status)


def _json(body: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.json_response(body, status=status, dumps=lambda value: json.dumps(value, allow_nan=False))
