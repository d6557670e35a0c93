"""Does Alertmanager answer, and does it send alerts to the controller, which holds canaries while they fire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests
import yaml

from controller.adapters.cause import cause_of
from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient
from exporter import names

NAME = "alertmanager"
PATIENCE = 5.0  # seconds
HIDDEN = "<secret>"
_TELL = Teller(NAME)
_ROUTE = f"add a receiver with webhook_configs: [{{url: http://CONTROLLER{names.WEBHOOK_PATH}}}] and a route to it"


def look(patient: Patient) -> Iterator[Finding]:
    """Ask it for its configuration."""
    url = patient.config.alertmanager.url
    if url is None:
        yield _TELL.skipped(
            "alertmanager.url is not configured", f"without one no incident holds a canary; {_ROUTE}; docs/setup.md"
        )
        return
    try:
        answer = requests.get(f"{url.rstrip('/')}/api/v2/status", timeout=PATIENCE)
        answer.raise_for_status()
        found = answer.json()
        version, text = found["versionInfo"]["version"], found["config"]["original"]
    except requests.HTTPError as error:
        yield _TELL.fail(f"{url}: {error}", "check alertmanager.url")
        return
    except requests.RequestException as error:
        yield _TELL.fail(
            f"{url}: cannot connect ({cause_of(error)})",
            "is Alertmanager running there? Alerts hold no canary meanwhile",
        )
        return
    except (ValueError, KeyError, TypeError):
        yield _TELL.fail(f"{url} answers something that is not Alertmanager's", "check alertmanager.url")
        return
    yield _routed(f"Alertmanager {version} at {url}", text)


def _routed(who: str, text: str) -> Finding:
    """Return whether a route leads to our webhook."""
    try:
        config = yaml.safe_load(text)
        urls = {item["name"]: _webhooks(item) for item in config.get("receivers") or ()}
        used = set(_receivers(config.get("route") or {}))
    except (yaml.YAMLError, AttributeError, KeyError, TypeError):
        return _TELL.warn(f"{who}; its configuration cannot be read", _ROUTE)
    ours = {name for name, found in urls.items() if any(url.rstrip("/").endswith(names.WEBHOOK_PATH) for url in found)}
    if ours & used:
        return _TELL.ok(f"{who} sends to the controller (receiver {min(ours & used)})", receiver=min(ours & used))
    if ours:
        return _TELL.fail(f"{who} has the receiver {min(ours)}, but no route leads to it", "add a route to it")
    hidden = sorted(name for name, found in urls.items() if HIDDEN in found and name in used)
    if hidden:
        return _TELL.warn(
            f"{who} has webhooks whose addresses it does not show (receiver {', '.join(hidden)})",
            f"make sure that one of them is the controller's {names.WEBHOOK_PATH}: let a test alert fire",
        )
    return _TELL.fail(f"{who} has no webhook to the controller", _ROUTE)


def _webhooks(receiver: dict[str, Any]) -> list[str]:
    return [str(item.get("url", "")) for item in receiver.get("webhook_configs") or ()]


def _receivers(route: dict[str, Any]) -> Iterator[str]:
    if "receiver" in route:
        yield route["receiver"]
    for below in route.get("routes") or ():
        yield from _receivers(below)
