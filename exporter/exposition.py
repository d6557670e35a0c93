"""Rendering of /metrics: Prometheus text, or OpenMetrics for a scraper that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.exposition import choose_encoder

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


def render(registry: CollectorRegistry, accept: str = "") -> tuple[str, bytes]:
    """Return (content type, body) in the format that the scraper's Accept header prefers."""
    encoder, content_type = choose_encoder(accept)
    return content_type, encoder(registry)
