"""An answer of GitHub's API, and what a bad one says: a rate limit, what may pass, or what somebody has to do. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from controller.triage.tracker import TrackerError

UNTOLD = 60.0  # seconds to wait for a limit that does not say how long it lasts
_AGAIN = frozenset({500, 502, 503, 504})
_LIMITED = frozenset({403, 429})
_MOVED = frozenset({301, 302, 307, 308})


@dataclass(frozen=True)
class Answer:
    """An answer: its status, headers, whole body, and whether another page follows."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    more: bool = False

    @property
    def json(self) -> Any:
        """Its body as JSON. Raises ValueError, RecursionError."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The beginning of its body, on one line."""
        return " ".join(self.body[:300].decode(errors="replace").split())

    @property
    def words(self) -> str:
        """GitHub's own words, or the beginning of whatever else answered; on one line."""
        try:
            found = self.json
            text = str(found["message"])
            errors = found.get("errors") or ()
            text += "".join(
                f"; {one.get('field', '')} {one.get('code', '')}" for one in errors if isinstance(one, dict)
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            text = self.text
        return " ".join(text[:300].split()) or "no text"


@dataclass(frozen=True)
class Asked:
    """A request: of which API and repository, and what for."""

    base: str
    repository: str
    method: str
    path: str


def problem(answer: Answer, asked: Asked, said: str, now: float) -> tuple[TrackerError, float | None]:
    """Return what is wrong, and how long to wait before trying again: 0 for as usual, None for never.

    Args:
        answer: a bad one.
        asked: what it answers.
        said: its words, without the token.
        now: unix seconds.
    """
    status, base, name = answer.status, asked.base, asked.repository
    if status in _LIMITED and (wait := _limited(answer, now)) is not None:
        text = f"{base}: rate limit, free again in {wait:.0f} s ({said}); the rest follows with the next run"
        return TrackerError(text, final=True), max(wait, 1.0)
    if status in _AGAIN:
        return TrackerError(f"{base} answers {status}: {said}", unsure=asked.method != "GET"), 0.0
    hints = {
        401: "the token in triage.github.token_file is wrong or over",
        403: f"the token may not do this in {name}: it needs the permission to read and write issues",
        404: f"there is no repository {name}, or the token may not see it",
        410: f"issues are switched off in {name}",
        422: "check triage.github.labels and assignees",
    }
    hint = "the repository has moved: write its new name" if status in _MOVED else hints.get(status, "")
    text = f"{base} answers {status} to {asked.method} {asked.path}: {said}"
    final = status in (401, 403, 404, 410) or status in _MOVED
    return TrackerError(f"{text}; {hint}" if hint else text, final=final), None


def _limited(answer: Answer, now: float) -> float | None:
    """Return how many seconds GitHub wants nothing more from us, None when that is not what it says."""
    if (after := _number(answer.headers.get("Retry-After"))) is not None:
        return after
    if answer.headers.get("X-RateLimit-Remaining") == "0":
        reset = _number(answer.headers.get("X-RateLimit-Reset"))
        return UNTOLD if reset is None else max(0.0, reset - now)
    return UNTOLD if answer.status == HTTPStatus.TOO_MANY_REQUESTS else None


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isdecimal() else None
