"""A client of an OpenAI-compatible `/v1/chat/completions`, with a time-out, behind a breaker, bounded in flight.

Every call ends in exactly one outcome:

    ok        an answer that says what was asked for
    error     no connection, or a status that is not 2xx
    timeout   no answer in time
    invalid   an answer, but not a chat completion, or not one with a gain from 0 to 1
    rejected  never sent: the breaker does not admit it, or too many calls are in flight

All but `ok` and `rejected` are failures to the breaker. A call that we cancel ourselves is reported as nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Final

import aiohttp

from components.llm.breaker import Breaker
from components.reporter import LlmOutcome, LlmReporter

TIMEOUT: Final = 1.0
"""Seconds from sending a call to giving up on its answer."""
MAX_IN_FLIGHT: Final = 16
_MODEL: Final = "vvtv-curator"
_LARGEST_ANSWER: Final = 64 * 1024


def parse_gain(body: bytes) -> float | None:
    """Return the gain (0..1) in a chat completion's body, or None when it is not there."""
    try:
        gain = json.loads(json.loads(body)["choices"][0]["message"]["content"])["gain"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    if isinstance(gain, bool) or not isinstance(gain, (int, float)) or not 0.0 <= gain <= 1.0:
        return None
    return float(gain)


class LlmClient:
    """Asks for the gain of a change; `None` for any outcome but ok.

    Args:
        session: connections; the owner closes it.
        url: base address, e.g. `http://127.0.0.1:9465`.
        breaker: decides whether a call is sent.
        reporter: told of every outcome.
        clock: monotonic seconds.
        timeout: seconds that a call may take.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        breaker: Breaker,
        reporter: LlmReporter,
        *,
        clock: Callable[[], float],
        timeout: float = TIMEOUT,
    ) -> None:
        self._session = session
        self._url = url.rstrip("/") + "/v1/chat/completions"
        self._breaker = breaker
        self._reporter = reporter
        self._clock = clock
        self._timeout = timeout
        self._in_flight = 0

    async def ask(self, arm: str, prompt: str) -> float | None:
        """Return the gain (0..1) that the LLM expects, or None when there is no good answer."""
        permit = self._breaker.admit(self._clock()) if self._in_flight < MAX_IN_FLIGHT else None
        if permit is None:
            self._reporter.called(arm, "rejected", None)
            return None
        sent = self._clock()
        self._in_flight += 1
        try:
            outcome, gain = await self._call(prompt)
        except BaseException:
            self._breaker.withdraw(permit)
            raise
        finally:
            self._in_flight -= 1
        ended = self._clock()
        self._breaker.settle(permit, ended, failed=outcome != "ok")
        self._reporter.called(arm, outcome, ended - sent)
        return gain

    async def _call(self, prompt: str) -> tuple[LlmOutcome, float | None]:
        request = {"model": _MODEL, "messages": [{"role": "user", "content": prompt}], "temperature": 0}
        try:
            async with asyncio.timeout(self._timeout), self._session.post(self._url, json=request) as response:
                if not response.ok:
                    return "error", None
                body = await response.content.read(_LARGEST_ANSWER)
                while chunk := await response.content.read(_LARGEST_ANSWER):
                    if len(body) + len(chunk) > _LARGEST_ANSWER:
                        return "invalid", None
                    body += chunk
        except TimeoutError:
            return "timeout", None
        except aiohttp.ClientError:
            return "error", None
        gain = parse_gain(body)
        return ("invalid", None) if gain is None else ("ok", gain)
