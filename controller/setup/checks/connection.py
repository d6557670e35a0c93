"""Does Prometheus answer: address, TLS, credentials, version, latency."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from controller.adapters.answer import RejectedError
from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient

NAME = "connection"
SLOW = 1.0  # seconds
_TELL = Teller(NAME)


def look(patient: Patient) -> Iterator[Finding]:
    """Look at the connection. Raises PrometheusError when there is none."""
    section = patient.config.prometheus
    with patient.about() as about:
        try:
            reply = about.get("status/buildinfo")
            version: Any = reply.data.get("version", "") if isinstance(reply.data, dict) else ""
        except RejectedError:  # older, or a compatible store: a query must do
            reply, version = about.get("query", {"query": "vector(1)"}), ""
    named = f"Prometheus {version}" if version else "a Prometheus that does not tell its version"
    found = f"{named} at {section.url} answers in {1000 * reply.seconds:.0f} ms"
    figures = {"url": section.url, "version": version or None, "seconds": reply.seconds}
    if reply.seconds > SLOW:
        yield _TELL.warn(found, "every look asks once per KPI: bring it nearer, or raise canary.look_every", **figures)
    else:
        yield _TELL.ok(found, **figures)
    secret = section.auth.username is not None or section.auth.bearer_file is not None
    if secret and section.url.startswith("http:") and not _here(section.url):
        yield _TELL.warn(
            "credentials are sent unencrypted", "use https in prometheus.url, and prometheus.tls.ca for your own CA"
        )


def _here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
