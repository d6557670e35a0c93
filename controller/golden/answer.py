"""Answers as they arrive: a JSON object with `answer` or `error`, nothing else. Pure."""

from __future__ import annotations

import json
import math
from typing import Any

from controller.golden.subject import LONGEST_ANSWER, BrokenError


def parsed_line(line: bytes, id: str) -> dict[str, Any]:  # noqa: A002 - as the protocol calls it
    """Return the object of one line of a program; raises as `parsed_answer` does."""
    if not line:
        raise BrokenError("it died")
    if len(line) > LONGEST_ANSWER:
        raise BrokenError(f"answered more than {LONGEST_ANSWER // 2**20} MiB in one line")
    if not line.endswith(b"\n"):
        raise BrokenError("it died in the middle of an answer")
    return parsed_answer(line, id)


def parsed_answer(text: bytes, id: str | None) -> dict[str, Any]:  # noqa: A002 - as the protocol calls it
    """Return an answer's object, with `answer` or `error`. Raises BrokenError when it is none, or another's."""
    start = text[:80].decode(errors="replace").strip()
    try:
        found = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise BrokenError(f"answered what is no JSON: {start!r} (only answers may be written there)") from None
    if not isinstance(found, dict) or ("answer" in found) == ("error" in found):
        raise BrokenError(f'answered neither {{"answer": ...}} nor {{"error": ...}}: {start!r}')
    if id is not None and found.get("id") != id:
        raise BrokenError(f"answered question {found.get('id')!r} when asked question {id!r}")
    return found


def _finite(text: str) -> float:
    """Return a number; one that is too large to be held would be infinite."""
    found = float(text)
    return found if math.isfinite(found) else _no_number(text)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
