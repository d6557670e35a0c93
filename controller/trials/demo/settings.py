"""The demo's own times: the same service and rules as in production, at a 1 s scrape and with shorter waits."""

from __future__ import annotations

from typing import Any, Final

from exporter.timing import Timing

TIMING: Final = Timing(scrape_interval=1, evaluation_interval=1, alert_scale=0.03)
RATE: Final = 300.0  # selections per second
SEED: Final = 7
FINE_SECONDS: Final = 1500  # of history at the live scrape interval; the noise is estimated from it

Settings = dict[str, dict[str, Any]]

OVERRIDES: Final[Settings] = {
    "prometheus": {"scrape_interval": 1},
    "canary": {
        "duration": 100,
        "warmup": 2,
        "look_every": 2,
        "lease": 6,
        "history": FINE_SECONDS - 100,
        "blind_deadline": 60,
        "pause_deadline": 120,
        "alpha": 0.03,  # stricter than in production: a demo that is seen once must not roll back by chance
        "minimum_harm": 10,
        "minimum_proceed": 30,
    },
    "measure": {"window": 12},
    "schedule": {
        "cycle": "never",
        "analysis_window": 600,
        "timeouts": {"measuring": 60},
    },
}


def shortened(document: dict[str, Any], more: Settings | None = None) -> dict[str, Any]:
    """Return autopilot.yaml's content with the demo's times, and what one show has besides."""
    for settings in (OVERRIDES, more or {}):
        document = {**document, **{key: {**(document.get(key) or {}), **part} for key, part in settings.items()}}
    return document
