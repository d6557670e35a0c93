"""Words of others (alerts, reasons, labels) in Markdown, on one line, so that they show as they are and do nothing.

GitHub's Markdown is the strictest: besides links, pictures, HTML and tables it makes addresses of `www.`, tells people
whose name stands after an `@`, and joins issues by `#` and number. A space of no width breaks these.
"""

from __future__ import annotations

import re

LONGEST = 400  # characters of one text
LONGEST_RICH = 4 * LONGEST  # characters of what to do, commands and all
_SPACE = re.compile(r"\s+")
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
_SPECIAL = re.compile(r"([\\`*\[\]<>|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=[#\w]+;))")
_LEADING = re.compile(r"^([#+=:-]|\d+(?=[.)](?:\s|$)))")
_ACTING = re.compile(r"(@|#|\b(?:GH-|gh-|Gh-|gH-))(?=\w)")
_ADDRESS = re.compile(r"(https?|ftp)(?=://)|\b(www)(?=\.)", re.IGNORECASE)
NO_WIDTH = "\u200b"


def safe(words: str, longest: int = LONGEST) -> str:
    """Return words as one line of Markdown that shows them and does nothing else."""
    text = _SPACE.sub(" ", _HIDDEN.sub(" ", words)).strip()
    if len(text) > longest:
        text = text[: longest - 3].rstrip() + "..."
    text = _SPECIAL.sub(r"\\\1", text)
    text = _LEADING.sub(lambda found: f"{NO_WIDTH}{found[0]}", text)
    text = _ADDRESS.sub(lambda found: found[0] + NO_WIDTH, text)
    return _ACTING.sub(lambda found: found[0] + NO_WIDTH, text)


def cell(words: str) -> str:
    """Return words as a table's cell; `-` for none."""
    return safe(words) or "-"


def title(words: str, longest: int) -> str:
    """Return words as a title, which is no Markdown: on one line, without anybody's or any issue's name in it."""
    text = _SPACE.sub(" ", _HIDDEN.sub(" ", words)).strip()
    text = text if len(text) <= longest else text[: longest - 3].rstrip() + "..."
    return _ACTING.sub(lambda found: found[0] + NO_WIDTH, text)


def code(words: str, longest: int = LONGEST) -> str:
    """Return commands and settings as they are typed; back-ticks in them become quotes."""
    text = _SPACE.sub(" ", _HIDDEN.sub(" ", words)).replace("`", "'").strip()[:longest]
    return f"`{text}`" if text else ""


def rich(words: str) -> str:
    """Return words of which the parts between back-ticks are commands; the rest is made safe."""
    cut = words if len(words) <= LONGEST_RICH else words[: LONGEST_RICH - 3] + "..."
    parts = cut.split("`")
    if len(parts) % 2 == 0:
        return safe(cut, LONGEST_RICH)
    shown = [code(part, LONGEST_RICH) if at % 2 else _inner(part) for at, part in enumerate(parts)]
    return "".join(shown).strip()


def _inner(part: str) -> str:
    """Return a part of a sentence with the spaces at its ends."""
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() and part.strip() else ""
    return f"{before}{safe(part, LONGEST_RICH)}{after}"
