"""The gate: the verdict on a canary that runs now, for rollout tools that can ask but not send series.

Argo Rollouts reads the verdict with its web metric; Flagger knows only whether a hook was answered with 200, so each of
its hooks has a path of its own (flagger.py).
"""

from __future__ import annotations

import math
from datetime import datetime

from aiohttp import web

from controller.adapters.clock import Clock
from controller.api.judge import Turns, answered, refused
from controller.errors import ConfigError
from controller.judging.answer import Answer, answer
from controller.judging.case_document import NAME
from controller.judging.live import LiveJudge
from controller.judging.plain import shown
from exporter.seconds import DAY

GATE_PATH = "/v1/canary/gate"
WANTED = "write unix seconds, or RFC 3339 with a zone like 2026-11-20T12:00:00Z"
FAR = 10 * DAY  # seconds that no clock is wrong by: such a start is in milliseconds
MOST_POINTS = 100_000  # scrapes between start and now; a start in another unit would ask for millions


class Gate:
    """Looks at a canary when it is asked.

    Args:
        judge: how to look.
        turns: where to look without holding up the loop.
        clock: the time of a look.
    """

    def __init__(self, judge: LiveJudge, turns: Turns, clock: Clock) -> None:
        self.clock = clock
        self._judge = judge
        self._turns = turns

    async def look(self, name: str, start: float, notes: tuple[str, ...] = ()) -> Answer:
        """Return the verdict on the canary since `start` (unix seconds). Raises ConfigError for an impossible start."""
        now, interval = self.clock.now(), self._judge.config.prometheus.scrape_interval
        if start > now:
            if start - now > FAR:
                raise ConfigError(f"start {start:.10g} is far in the future: {WANTED}")
            raise ConfigError(f"start is {start - now:.0f} s in the future; is a clock wrong?")
        if now - start > MOST_POINTS * interval:
            raise ConfigError(f"start is {(now - start) / DAY:.0f} days ago, too long for a canary: {WANTED}")
        return answer(await self._turns.run(lambda: self._judge.look(name, start, now)), notes)

    async def ask(self, request: web.Request) -> web.Response:
        """Answer `?start=...&id=...`."""
        try:
            start = parse_start(request.query.get("start", ""))
            name = request.query.get("id") or self._judge.config.service
            return answered(await self.look(name[:NAME], start))
        except ConfigError as error:
            return refused(web.HTTPBadRequest.status_code, str(error))


def parse_start(text: str) -> float:
    """Return unix seconds of a number or an RFC 3339 time with its zone. Raises ConfigError."""
    if not text:
        raise ConfigError(f"start is missing: {WANTED}")
    try:
        start = float(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text.strip().replace(" ", "+"))  # a bare + in a query is a space
            if moment.tzinfo is None:
                raise ConfigError(f"start {shown(text)} has no zone: {WANTED}") from None
            start = moment.timestamp()
        except (ValueError, OverflowError):
            raise ConfigError(f"start {shown(text)} is no time: {WANTED}") from None
    if not math.isfinite(start) or start <= 0:
        raise ConfigError(f"start {shown(text)} is no time: {WANTED}")
    return start


def routes(gate: Gate) -> tuple[web.RouteDef, ...]:
    """Return the gate's routes."""
    return (web.get(GATE_PATH, gate.ask), web.post(GATE_PATH, gate.ask))
