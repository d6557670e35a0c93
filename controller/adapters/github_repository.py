"""Which repository keeps the issues, and how its API is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Repository:
    """Where issues are kept.

    Attributes:
        url: of the API.
        name: owner and name.
        token_file: a file that holds the token; None reads a public repository without one.
        labels: of new issues; the first marks them.
        assignees: of new issues.
        timeout: seconds for one attempt.
        total: seconds for everything.
        retries: further attempts.
        backoff: seconds before the second attempt, twice as many before each further one.
    """

    url: str
    name: str
    token_file: Path | None = None
    labels: tuple[str, ...] = ("autopilot-triage",)
    assignees: tuple[str, ...] = ()
    timeout: float = 10.0
    total: float = 120.0
    retries: int = 2
    backoff: float = 1.0
