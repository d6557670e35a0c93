"""Flagger's hooks over real HTTP, on a real Prometheus, with bodies as Flagger sends them."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from controller.api.flagger import FLAGGER_PATH, HOOKS, IDLE, REMEMBERED, FirstSeen
from tests.controller.api.canaries import T0, At, config, serving_gate

NOW = T0 + 62.5


def _body(**changes: Any) -> dict[str, Any]:
    return {
        "name": "podinfo",
        "namespace": "test",
        "phase": "Progressing",
        "checksum": "85d557f47b",
        "metadata": {"start": str(T0)},
        **changes,
    }


def _codes(url: str, job: str, now: float) -> dict[str, int]:
    with serving_gate(config(url, job), At(now)) as address:
        return {
            hook: requests.post(address + FLAGGER_PATH + hook, json=_body(), timeout=20).status_code for hook in HOOKS
        }


@pytest.mark.stack
def test_each_hook_says_yes_to_its_own_verdict(shop: str) -> None:
    assert _codes(shop, "good", NOW) == {"confirm-promotion": 200, "rollback": 409, "rollout": 200}
    assert _codes(shop, "bad", NOW) == {"confirm-promotion": 409, "rollback": 200, "rollout": 409}
    assert _codes(shop, "none", T0 + 8) == {"confirm-promotion": 425, "rollback": 425, "rollout": 200}


def test_blind_neither_promotes_nor_rolls_back() -> None:
    assert _codes("http://127.0.0.1:1", "good", NOW) == {"confirm-promotion": 425, "rollback": 425, "rollout": 200}


@pytest.mark.stack
def test_without_a_start_the_first_call_counts(shop: str) -> None:
    clock = At(T0)
    with serving_gate(config(shop, "good"), clock) as address:
        first = requests.post(f"{address}{FLAGGER_PATH}rollout", json=_body(metadata=None), timeout=20)
        clock.time = NOW
        later = requests.post(f"{address}{FLAGGER_PATH}confirm-promotion", json=_body(metadata={"a": "b"}), timeout=20)
        other = requests.post(
            f"{address}{FLAGGER_PATH}confirm-promotion", json=_body(name="x", metadata=None), timeout=20
        )
    assert (first.status_code, later.status_code, other.status_code) == (200, 200, 425)
    assert later.json()["id"] == "test/podinfo"
    assert later.json()["reasons"][-1] == "begin of the canary: first call at 2023-11-14T22:13:20Z"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"name": 1}', b'{"name": "a", "metadata": {"start": 5}}', b"\xff", b"[" * 100_000],
    ids=lambda body: repr(body[:30]),
)
def test_what_is_no_webhook_is_refused(body: bytes) -> None:
    with serving_gate(config("http://127.0.0.1:1", "good"), At(NOW)) as address:
        answer = requests.post(f"{address}{FLAGGER_PATH}rollout", data=body, timeout=20)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("not Flagger's webhook: ")


def test_a_start_that_cannot_be_is_refused() -> None:
    with serving_gate(config("http://127.0.0.1:1", "good"), At(NOW)) as address:
        answer = requests.post(f"{address}{FLAGGER_PATH}rollout", json=_body(metadata={"start": "soon"}), timeout=20)
        unknown = requests.post(f"{address}{FLAGGER_PATH}pre-rollout", json=_body(), timeout=20)
    assert (answer.status_code, unknown.status_code) == (400, 404)


def test_the_first_call_is_remembered_until_nobody_asks_any_more() -> None:
    seen, key = FirstSeen(), ("test", "podinfo", "1")
    assert [seen.at(key, now) for now in (100.0, 200.0, 200.0 + IDLE)] == [100.0] * 3
    again = 200.0 + 2 * IDLE + 1
    assert seen.at(key, again) == again
    assert seen.at(("test", "podinfo", "2"), again + 1) == again + 1


def test_only_so_many_canaries_are_remembered() -> None:
    seen = FirstSeen()
    for number in range(REMEMBERED):
        seen.at(("", "", str(number)), 100.0 + number)
    seen.at(("", "", "0"), 2000.0)
    seen.at(("", "", "new"), 2000.0)
    assert seen.at(("", "", "0"), 2001.0) == 100.0
    assert seen.at(("", "", "1"), 2001.0) == 2001.0
