"""What somebody else's code raised, in words."""

from __future__ import annotations

import traceback


def raised(error: BaseException) -> str:
    """Return what somebody's code raised, and the file and line of theirs that did."""
    text = f"raised {type(error).__name__}" + (f": {error}" if str(error) else "")
    frames = traceback.extract_tb(error.__traceback__)[1:]  # without the call of ours
    theirs = [frame for frame in frames if "site-packages" not in frame.filename and frame.filename[0] != "<"]
    if isinstance(error, SyntaxError) or not theirs:
        return text
    return f"{text} ({theirs[-1].filename}, line {theirs[-1].lineno})"
