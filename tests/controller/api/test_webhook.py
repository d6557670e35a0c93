"""Alertmanager's webhook over real HTTP, into a real journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client import CollectorRegistry

from controller.api.webhook import webhook
from controller.errors import StorageError
from controller.journal import event as ev
from controller.journal.event import Payload
from controller.journal.fold import fold
from controller.journal.state import State
from controller.journal.store import Journal
from exporter.names import WEBHOOK_PATH
from exporter.server import MetricsServer

HERE = Path(__file__).parent


class Receiver:
    """A journal behind the webhook; `full` makes it refuse."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.full = False
        self.url = ""

    def submit(self, payload: Payload) -> None:
        if self.full:
            raise StorageError("no space left")
        self.journal.submit(payload, at=1.0, actor="alertmanager")

    def incidents(self) -> dict[str, ev.AlertFiring]:
        return fold(State(), self.journal.read()).incidents

    def post(self, body: object, **kwargs: Any) -> requests.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return requests.post(self.url, data=data, timeout=10, **kwargs)

    def kinds(self) -> list[str]:
        return [event.payload.kind for event in self.journal.read()]


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with Journal(tmp_path / "journal.db", "writer") as journal:
        found = Receiver(journal)
        route = webhook(lambda: {"severity": "critical", "service": "shop"}, found.incidents, found.submit)
        with MetricsServer(CollectorRegistry(), 0, routes=[route]) as server:
            found.url = f"http://{server.host}:{server.port}{WEBHOOK_PATH}"
            yield found


def _notification(status: str = "firing", **changes: Any) -> dict[str, Any]:
    """Return a body as Alertmanager 0.27 sends it."""
    found: dict[str, Any] = json.loads((HERE / "notification.json").read_text())
    found["status"] = found["alerts"][0]["status"] = status
    found["alerts"][0].update(changes)
    return found


def test_a_firing_alert_becomes_an_incident_and_its_end_ends_it(receiver: Receiver) -> None:
    answer = receiver.post(_notification())
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "message": "1 of 1 alerts recorded"})
    (event,) = receiver.journal.read()
    assert event.actor == "alertmanager"
    assert isinstance(event.payload, ev.AlertFiring)
    assert event.payload.alert == "CheckoutDown"
    assert event.payload.summary == "Checkout does not answer"
    assert event.payload.starts_at == "2026-11-20T10:00:00.000Z"
    assert list(receiver.incidents()) == ["6ef12a2b1c3d4e5f"]
    assert receiver.post(_notification("resolved")).json()["message"] == "1 of 1 alerts recorded"
    assert receiver.kinds() == ["alert_firing", "alert_resolved"]
    assert receiver.incidents() == {}


def test_repeated_notifications_are_recorded_once(receiver: Receiver) -> None:
    for _ in range(3):
        receiver.post(_notification())
    for _ in range(3):
        receiver.post(_notification("resolved"))
    assert receiver.kinds() == ["alert_firing", "alert_resolved"]


def test_an_alert_twice_in_one_notification_is_recorded_once(receiver: Receiver) -> None:
    body = _notification()
    body["alerts"] *= 2
    assert receiver.post(body).json()["message"] == "1 of 2 alerts recorded"


@pytest.mark.parametrize(
    "labels",
    [
        {"alertname": "CheckoutDown", "severity": "warning", "service": "shop"},
        {"alertname": "CheckoutDown", "severity": "critical", "service": "another"},
        {"alertname": "CheckoutDown"},
        {},
    ],
)
def test_alerts_about_something_else_are_none_of_ours(receiver: Receiver, labels: dict[str, str]) -> None:
    answer = receiver.post(_notification(labels=labels))
    assert (answer.status_code, answer.json()["message"]) == (200, "0 of 1 alerts recorded")
    assert receiver.kinds() == []


def test_an_end_without_beginning_is_nothing(receiver: Receiver) -> None:
    assert receiver.post(_notification("resolved")).status_code == 200
    assert receiver.kinds() == []


def test_hostile_texts_are_kept_as_they_are(receiver: Receiver) -> None:
    labels = {
        "severity": "critical",
        "service": "shop",
        "alertname": "'; DROP TABLE events; --",
        "x": "\0\n\x1b[31m[/]",
    }
    assert receiver.post(_notification(labels=labels, annotations={"summary": "é" * 5000})).status_code == 200
    (event,) = receiver.journal.read()
    assert isinstance(event.payload, ev.AlertFiring)
    assert event.payload.labels == labels
    assert event.payload.summary == "é" * 5000
    assert receiver.journal.verify() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"alerts": "no"}',
        b'{"alerts": [{}]}',
        b'{"alerts": [{"status": "firing", "labels": {"a": 1}, "fingerprint": "f"}]}',
        b'{"alerts": [{"status": "firing", "labels": {"a": "\\ud800"}, "fingerprint": "f"}]}',
        b"\xff\xfe",
        b'{"alerts": ' + b"1" * 5000 + b"}",
        b"[" * 200_000,
    ],
    ids=lambda body: repr(body[-40:]),
)
def test_what_is_no_notification_is_refused_and_nothing_is_recorded(receiver: Receiver, body: bytes) -> None:
    answer = receiver.post(body)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("not an Alertmanager notification: ")
    assert receiver.kinds() == []


def test_json_is_utf_8_whatever_the_header_says(receiver: Receiver) -> None:
    answer = receiver.post(_notification(), headers={"Content-Type": "application/json; charset=klingon"})
    assert answer.status_code == 200


def test_a_huge_body_is_refused(receiver: Receiver) -> None:
    assert receiver.post(b" " * (9 * 2**20)).status_code == 413
    assert receiver.post(_notification()).status_code == 200


def test_only_post_is_served(receiver: Receiver) -> None:
    assert requests.get(receiver.url, timeout=10).status_code == 405


def test_what_cannot_be_written_is_asked_for_again(receiver: Receiver) -> None:
    receiver.full = True
    answer = receiver.post(_notification())
    assert answer.status_code == 503
    assert answer.json()["message"] == "not recorded, send it again: no space left"
    receiver.full = False
    assert receiver.post(_notification()).status_code == 200
    assert receiver.kinds() == ["alert_firing"]
