"""Why a connection failed, in words for people."""

from __future__ import annotations

import re

_LIBRARY = re.compile(r"^<?\w*Connection\w*(\(.*?\)| object at 0x\w+>): (Failed to establish a new connection: )?")


def cause_of(error: BaseException) -> str:
    """Return the innermost reason of a connection error, without the library's names and addresses of objects."""
    inner: BaseException = error
    while inner.args and isinstance(getattr(inner, "reason", inner.args[0]), BaseException):
        inner = getattr(inner, "reason", inner.args[0])
    text = _LIBRARY.sub("", str(inner))
    return text or type(inner).__name__
