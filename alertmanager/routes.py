"""Whom Alertmanager tells, how often, and what mutes what: values, and one function that makes the document.

The controller's webhook gets every alert, at once and with its end; it decides by itself which of them pause a canary.
People are told by `operators`, less often the less it matters; the repeat interval is the cool-down.

`operators` is a place: with no integration it is a valid receiver that tells nobody. Add one with its secret in a file,
never in this repository, for instance

    {"name": OPERATORS, "email_configs": [{"to": "...", "smarthost": "...", "auth_password_file": "/etc/.../smtp"}]}
    {"name": OPERATORS, "slack_configs": [{"api_url_file": "/etc/.../slack", "channel": "#..."}]}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alertmanager.rule import Severity
from exporter import names
from exporter.endpoints import Endpoints
from exporter.promql import duration
from exporter.seconds import HOUR, MINUTE
from exporter.timing import Timing

OPERATORS = "operators"
CONTROLLER = "controller"


@dataclass(frozen=True)
class Route:
    """One route to the operators: what it takes, and how often it repeats what still fires. Times in seconds."""

    matches: tuple[tuple[str, str], ...]
    group_wait: float
    repeat: float


@dataclass(frozen=True)
class Inhibition:
    """While `source` fires, `target` is silent where the `equal` labels agree."""

    source: tuple[tuple[str, str], ...]
    target: tuple[tuple[str, str], ...]
    equal: tuple[str, ...]


_SEVERITY = "severity"
_SERVICE = "service"
_COMPONENT = "component"
_GROUP_BY = ("alertname", _SERVICE, _COMPONENT)

# The first route that matches takes the alert; the last one takes what we do not know, such as another service.
ROUTES = (
    Route(((_SEVERITY, Severity.CRITICAL), (_SERVICE, names.JOB_SERVICE)), group_wait=10, repeat=HOUR),
    Route(((_SEVERITY, Severity.CRITICAL), (_SERVICE, names.JOB_CONTROLLER)), group_wait=30, repeat=2 * HOUR),
    Route(((_SEVERITY, Severity.WARNING), (_SERVICE, names.JOB_SERVICE)), group_wait=60, repeat=4 * HOUR),
    Route(((_SEVERITY, Severity.WARNING), (_SERVICE, names.JOB_CONTROLLER)), group_wait=60, repeat=12 * HOUR),
    Route(((_SEVERITY, Severity.INFO),), group_wait=5 * MINUTE, repeat=24 * HOUR),
    Route((), group_wait=60, repeat=48 * HOUR),
)
INHIBITIONS = (
    Inhibition(
        ((_SEVERITY, Severity.CRITICAL),),
        ((_SEVERITY, Severity.WARNING),),
        (_SERVICE, _COMPONENT),
    ),
    Inhibition((("alertname", "ServiceAbsent"),), ((_SEVERITY, Severity.WARNING),), (_SERVICE,)),
    Inhibition((("alertname", "ControllerAbsent"),), ((_SEVERITY, Severity.WARNING),), (_SERVICE,)),
)


def matchers(matches: tuple[tuple[str, str], ...]) -> list[str]:
    r"""Return Alertmanager matchers with double-quoted values, valid for the classic and the UTF-8 parser."""
    quoted = [(label, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")) for label, value in matches]
    return [f'{label}="{value}"' for label, value in quoted]


def _route(route: Route, timing: Timing) -> dict[str, Any]:
    return {
        "receiver": OPERATORS,
        **({"matchers": matchers(route.matches)} if route.matches else {}),
        "group_by": list(_GROUP_BY),
        "group_wait": duration(timing.patience(route.group_wait)),
        "group_interval": duration(timing.patience(5 * MINUTE)),
        "repeat_interval": duration(timing.patience(route.repeat)),
    }


def _to_controller(timing: Timing) -> dict[str, Any]:
    return {
        "receiver": CONTROLLER,
        "continue": True,
        "group_by": list(_GROUP_BY),
        "group_wait": duration(1),
        "group_interval": duration(max(1, timing.patience(15))),
        "repeat_interval": duration(timing.patience(5 * MINUTE)),
    }


def alertmanager_document(endpoints: Endpoints, timing: Timing) -> dict[str, Any]:
    """Return the whole Alertmanager configuration."""
    return {
        "route": {
            "receiver": OPERATORS,
            "group_by": list(_GROUP_BY),
            "routes": [_to_controller(timing), *(_route(route, timing) for route in ROUTES)],
        },
        "inhibit_rules": [
            {
                "source_matchers": matchers(rule.source),
                "target_matchers": matchers(rule.target),
                "equal": list(rule.equal),
            }
            for rule in INHIBITIONS
        ],
        "receivers": [
            {
                "name": CONTROLLER,
                "webhook_configs": [
                    {
                        "url": endpoints.url("controller") + names.WEBHOOK_PATH,
                        "send_resolved": True,
                        "max_alerts": 0,
                    }
                ],
            },
            {"name": OPERATORS},
        ],
    }
