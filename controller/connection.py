"""How the configured Prometheus is reached: few imports, for commands that only ask it."""

from __future__ import annotations

from controller.adapters.session import Connection
from controller.config.config import Config


def connection(config: Config) -> Connection:
    """Return how to reach the configured Prometheus."""
    section = config.prometheus
    return Connection(
        url=section.url,
        timeout=section.timeout,
        retries=section.retries,
        ca=section.tls.ca,
        cert=section.tls.cert,
        key=section.tls.key,
        username=section.auth.username,
        password_file=section.auth.password_file,
        bearer_file=section.auth.bearer_file,
        headers=section.headers,
    )
