"""Alertmanager's webhook: firing and resolved alerts become events in the journal, before Alertmanager hears `ok`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from controller.errors import AutopilotError
from controller.journal import event as ev
from controller.journal.event import Payload
from exporter import names

ALERTMANAGER = "alertmanager"


class Alert(BaseModel):
    """One alert of a notification; what we do not use is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: str
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    startsAt: str = ""  # noqa: N815 - Alertmanager's spelling
    fingerprint: str


class Notification(BaseModel):
    """Alertmanager's webhook body (version 4)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    alerts: tuple[Alert, ...]


def to_event(alert: Alert, match: Mapping[str, str], open_incidents: Mapping[str, object]) -> Payload | None:
    """Return the event of an alert; None when it does not concern us, or says nothing new."""
    if any(alert.labels.get(label) != value for label, value in match.items()):
        return None
    name, known = alert.labels.get("alertname", "?"), alert.fingerprint in open_incidents
    if alert.status == "firing" and not known:
        summary = alert.annotations.get("summary", name)
        return ev.AlertFiring(
            fingerprint=alert.fingerprint, alert=name, labels=alert.labels, summary=summary, starts_at=alert.startsAt
        )
    if alert.status == "resolved" and known:
        return ev.AlertResolved(fingerprint=alert.fingerprint, alert=name, source=ALERTMANAGER)
    return None


def webhook(
    match: Callable[[], Mapping[str, str]],
    incidents: Callable[[], Mapping[str, object]],
    submit: Callable[[Payload], None],
) -> web.RouteDef:
    """Return the route.

    Args:
        match: tells the labels that make an alert an incident.
        incidents: tells the open ones by fingerprint.
        submit: appends to the journal.
    """

    def record(notification: Notification) -> int:
        taken = 0
        for alert in notification.alerts:
            payload = to_event(alert, match(), incidents())
            if payload is not None:
                submit(payload)
                taken += 1
        return taken

    async def receive(request: web.Request) -> web.Response:
        try:
            notification = Notification.model_validate_json(await request.read())
        except ValidationError as error:
            return _answer(400, f"not an Alertmanager notification: {error}")
        try:
            taken = await asyncio.to_thread(record, notification)
        except AutopilotError as error:
            return _answer(503, f"not recorded, send it again: {error}")
        return _answer(200, f"{taken} of {len(notification.alerts)} alerts recorded")

    return web.post(names.WEBHOOK_PATH, receive)


def _answer(status: int, text: str) -> web.Response:
    body: dict[str, Any] = {"status": "ok" if status == web.HTTPOk.status_code else "error", "message": text}
    return web.json_response(body, status=status)
