"""Where each part of the stack listens: one place for every default port.

Everything listens on loopback. The same values make the Prometheus scrape configuration, the Alertmanager receiver,
the Grafana data source, the native stack and the Compose file, so none of them can disagree about a port.
"""

from __future__ import annotations

from dataclasses import dataclass

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Endpoints:
    """Loopback TCP ports of the stack's parts."""

    prometheus: int = 9090
    alertmanager: int = 9093
    service: int = 9464
    llm: int = 9465
    controller: int = 9466
    grafana: int = 3000

    def url(self, part: str) -> str:
        """Return `http://127.0.0.1:<port>` of a part, by its field name. Raises AttributeError for an unknown part."""
        port: int = getattr(self, part)
        return f"http://{LOOPBACK}:{port}"

    def address(self, part: str) -> str:
        """Return `127.0.0.1:<port>` of a part, by its field name. Raises AttributeError for an unknown part."""
        port: int = getattr(self, part)
        return f"{LOOPBACK}:{port}"


DEFAULT_ENDPOINTS = Endpoints()
