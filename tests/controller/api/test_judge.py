"""The judge over real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import requests
from prometheus_client import CollectorRegistry

from controller.api.judge import JUDGE_PATH, SCHEMA_PATH, Turns, routes
from controller.judging.answer import as_json
from controller.judging.schema import schema
from controller.judging.service import judged
from exporter.server import MetricsServer
from tests.controller.judging.documents import document, gauge, short


@pytest.fixture
def address() -> Iterator[str]:
    with MetricsServer(CollectorRegistry(), 0, routes=routes(Turns())) as server:
        yield f"http://{server.host}:{server.port}"


def _post(address: str, body: object) -> requests.Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return requests.post(address + JUDGE_PATH, data=data, timeout=20)


def test_a_document_is_answered_with_the_same_verdict_as_on_the_command_line(address: str) -> None:
    body = document(gauge(effect=-2.0))
    answer = _post(address, body)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json() == json.loads(as_json(judged(json.dumps(body))))
    assert answer.json()["verdict"] == "rollback"
    jsonschema.Draft202012Validator(schema("output")).validate(answer.json())


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", {"error": "not JSON: it is empty"}),
        (b"[" * 200_000, {"error": "not JSON that can be used: it is nested too deeply"}),
        (
            {"id": "a", "planned": 1, "metrics": []},
            {"error": "metrics: is empty; at least the primary metric is needed", "id": "a"},
        ),
    ],
    ids=["empty", "nested", "no metrics"],
)
def test_what_cannot_be_judged_is_a_400_with_its_reason(address: str, body: object, error: dict[str, Any]) -> None:
    answer = _post(address, body)
    assert (answer.status_code, answer.json()) == (400, error)


def test_a_body_above_the_limit_is_a_413_and_the_service_goes_on(address: str) -> None:
    answer = _post(address, b" " * (9 * 2**20))
    assert answer.status_code == 413
    assert "send the series of fewer metrics" in answer.json()["error"]
    assert _post(address, document()).status_code == 200


def test_hostile_names_come_back_as_json(address: str) -> None:
    name = "\x1b[31m\0\u202e" + "é" * 500
    answer = _post(address, document(short("gauge", name=name), id=name))
    assert answer.status_code == 200
    assert answer.json()["id"] == name
    assert answer.content.isascii()


def test_the_schemas_are_served(address: str) -> None:
    answer = requests.get(address + SCHEMA_PATH, timeout=20)
    assert answer.json() == {"input": schema("input"), "output": schema("output")}


def test_it_stays_awake_while_many_documents_are_judged(address: str) -> None:
    body = json.dumps(document(*(gauge(f"m{i}", seed=i) for i in range(5)))).encode()
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(_post(address, body).status_code)) for _ in range(12)]
    for thread in threads:
        thread.start()
    awake = requests.get(f"{address}/healthz", timeout=5)
    for thread in threads:
        thread.join()
    assert awake.text == "ok\n"
    assert answers == [200] * 12


def test_only_post_is_judged(address: str) -> None:
    assert requests.get(address + JUDGE_PATH, timeout=20).status_code == 405
