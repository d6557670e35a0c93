"""The mock speaks OpenAI's form, is seeded and quick, and its faults are switched over HTTP."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from tests.components.llm.serving import mock_llm

ASK = {"model": "m", "messages": [{"role": "user", "content": "rate this slate"}]}


def talk(*requests: tuple[str, str, Any], seed: int = 1) -> list[tuple[int, Any, float]]:
    """Make requests (method, path, JSON) one after the other; return status, JSON or text, and seconds of each."""

    async def story() -> list[tuple[int, Any, float]]:
        answers: list[tuple[int, Any, float]] = []
        async with mock_llm(seed) as (_mock, url), aiohttp.ClientSession() as session:
            for method, path, body in requests:
                started = time.monotonic()
                async with session.request(method, url + path, json=body) as response:
                    is_json = response.content_type == "application/json" and path != "/v1/raw"
                    try:
                        answer = await response.json() if is_json else await response.text()
                    except ValueError:
                        answer = await response.text()
                    answers.append((response.status, answer, time.monotonic() - started))
        return answers

    return asyncio.run(story())


def ask(count: int = 1) -> list[tuple[str, str, Any]]:
    return [("POST", "/v1/chat/completions", ASK)] * count


def test_an_answer_has_openais_form_and_takes_about_10_to_30_ms() -> None:
    answers = talk(*ask(5))
    for status, answer, seconds in answers:
        assert status == 200
        assert answer["object"] == "chat.completion"
        assert answer["model"] == "m"
        assert answer["choices"][0]["message"]["role"] == "assistant"
        assert answer["choices"][0]["finish_reason"] == "stop"
        assert answer["usage"]["total_tokens"] == 3 + answer["usage"]["completion_tokens"]
        assert seconds > 0.009
    assert min(seconds for _, _, seconds in answers) < 0.1


def test_the_same_seed_gives_the_same_answers() -> None:
    one, same, other = ([answer["choices"] for _, answer, _ in talk(*ask(3), seed=seed)] for seed in (5, 5, 6))
    assert one == same
    assert one != other


@pytest.mark.parametrize(("mode", "statuses"), [("error", {500}), ("ratelimit", {429}), ("garbage", {200})])
def test_a_fault_is_set_told_shown_and_taken_back(mode: str, statuses: set[int]) -> None:
    answers = talk(
        ("POST", "/faults", {"mode": mode}),
        ("GET", "/faults", None),
        *ask(3),
        ("POST", "/faults", {"mode": "none"}),
        *ask(),
    )
    assert answers[1][1] == {"mode": mode, "rate": 1.0, "seconds": None}
    assert {status for status, _, _ in answers[2:5]} == statuses
    assert answers[-1][0] == 200
    assert answers[-1][1]["object"] == "chat.completion"


def test_a_rate_hits_its_share_of_the_calls() -> None:
    answers = talk(("POST", "/faults", {"mode": "error", "rate": 0.5}), *ask(24))
    failures = sum(status == 500 for status, _, _ in answers[1:])
    assert 5 <= failures <= 19  # binomial(24, 1/2): outside with probability 0.0015, and the seed is fixed


@pytest.mark.parametrize(
    ("path", "body", "what"),
    [("/faults", {"mode": "fire"}, "'fire' is none of"), ("/v1/chat/completions", {"model": "m"}, "messages")],
)
def test_a_wrong_request_is_refused_with_a_reason(path: str, body: Any, what: str) -> None:
    ((status, answer, _),) = talk(("POST", path, body))
    assert status == 400
    assert what in answer["error"]["message"]


def test_healthz() -> None:
    assert talk(("GET", "/healthz", None))[0][:2] == (200, "ok\n")
