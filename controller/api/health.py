"""/readyz: 200 when the controller does its work, 503 with the reasons when it does not; both as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from controller.health import Health

PATH = "/readyz"


def readiness(look: Callable[[], Health]) -> web.RouteDef:
    """Return the route; `look` may read files and the journal."""

    async def answer(_request: web.Request) -> web.Response:
        found = await asyncio.to_thread(look)
        reasons = [*([found.dead] if found.dead else []), *found.unready]
        body = {"ready": not reasons, "reasons": reasons, "degraded": list(found.degraded)}
        return web.json_response(body, status=503 if reasons else 200)

    return web.get(PATH, answer)
