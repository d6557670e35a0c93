"""Flagger's webhooks: each hook is answered with 200 when it may do what it stands for.

https://docs.flagger.app/usage/webhooks: any 2xx is yes. A refused `rollout` hook is a failed check and rolls back
in the end, so only harm refuses it; a refused `confirm-promotion` just waits; a `rollback` that is answered yes ends
the canary.
"""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from controller.api.gate import Gate, parse_start
from controller.api.judge import answered, refused
from controller.errors import ConfigError
from controller.judging.case_document import NAME
from controller.judging.plain import LONG, plain
from controller.model import Verdict
from exporter.seconds import HOUR

FLAGGER_PATH = "/v1/flagger/"
ALL = frozenset(Verdict)
HOOKS: Final[Mapping[str, frozenset[Verdict]]] = {
    "confirm-promotion": frozenset({Verdict.PROCEED}),
    "rollback": frozenset({Verdict.ROLLBACK}),
    "rollout": ALL - {Verdict.ROLLBACK},
}
TOO_EARLY = 425  # ask again: nothing is decided yet
CONFLICT = 409  # decided, but not so
IDLE = HOUR  # seconds without a call after which the same name and checksum are another canary
REMEMBERED = 1000  # canaries; the one asked about longest ago is forgotten first

Key = tuple[str, str, str]


class Hook(BaseModel):
    """What Flagger sends; the rest is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str
    namespace: str = ""
    checksum: str = ""
    metadata: dict[str, str] | None = None

    @property
    def key(self) -> Key:
        """Which canary of which workload."""
        return (self.namespace, self.name, self.checksum)


class FirstSeen:
    """When each canary was asked about for the first time; in memory only, so a restart forgets."""

    def __init__(self) -> None:
        self._calls: OrderedDict[Key, tuple[float, float]] = OrderedDict()

    def at(self, key: Key, now: float) -> float:
        """Return the first call's time, which is `now` for an unknown canary."""
        first, last = self._calls.pop(key, (now, now))
        self._calls[key] = (now if now - last > IDLE else first, now)
        for old in list(itertools.islice(self._calls, max(0, len(self._calls) - REMEMBERED))):
            del self._calls[old]
        return self._calls[key][0]


def routes(gate: Gate) -> tuple[web.RouteDef, ...]:
    """Return one route per hook."""
    seen = FirstSeen()

    async def receive(request: web.Request) -> web.Response:
        try:
            hook = Hook.model_validate_json(await request.read())
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the body"
            return refused(400, f"not Flagger's webhook: {plain(place, LONG)}: {plain(first['msg'], LONG)}")
        now, given = gate.clock.now(), (hook.metadata or {}).get("start")
        try:
            start = seen.at(hook.key, now) if given is None else parse_start(given)
            notes = (
                () if given else (f"begin of the canary: first call at {datetime.fromtimestamp(start, UTC):%FT%TZ}",)
            )
            found = await gate.look("/".join(part for part in (hook.namespace, hook.name) if part)[:NAME], start, notes)
        except ConfigError as error:
            return refused(400, str(error))
        if found.verdict in HOOKS[request.path.removeprefix(FLAGGER_PATH)]:
            return answered(found)
        return answered(found, TOO_EARLY if found.verdict in (Verdict.UNDECIDED, Verdict.BLIND) else CONFLICT)

    return tuple(web.post(FLAGGER_PATH + hook, receive) for hook in HOOKS)
