"""A ranked candidate."""

from __future__ import annotations

from controller.setup.candidate import Candidate
from controller.setup.ranking import Ranked
from exporter.metric import Direction


def candidate(name: str = "sales", source: str = "sales_total", why: str = "because", detects: float = 0.01) -> Ranked:
    """Return a ranked candidate."""
    reading = {"events": {"metric": source}, "trials": {"metric": "visits_total"}}
    one = Candidate(name, "ratio", reading, Direction.HIGHER, sure=False, unit="ratio", level=0.3, why=why)
    return Ranked(one, 0.3, detects, "", 0.015)
