"""What is wrong with a document: the first problems with their places, and how many more there are."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence

from pydantic_core import ErrorDetails

from controller.errors import ConfigError
from controller.judging.plain import LONG, plain, shown

MOST = 5  # problems that are told; the rest are counted

Known = Mapping[str, Sequence[str]]


class CaseError(ConfigError):
    """A document that cannot be judged; `id` is the document's own, None when it has none that can be read."""

    def __init__(self, message: str, id: str | None = None) -> None:  # noqa: A002 - the document's word
        super().__init__(message)
        self.id = id


class Problems:
    """Collects problems; keeps the first few."""

    def __init__(self) -> None:
        self.total = 0
        self._lines: list[str] = []

    def add(self, place: str, text: str) -> None:
        """Note a problem at a place such as `metrics[1].canary[17]`."""
        self.total += 1
        if self.total <= MOST:
            self._lines.append(f"{place}: {text}")

    def points(self, place: str, points: Iterable[object], problem: Callable[[object], str | None]) -> None:
        """Note every point of a series that `problem` finds something wrong with."""
        for index, point in enumerate(points):
            if (text := problem(point)) is not None:
                self.add(f"{place}[{index}]", text)

    def error(self, id: str | None = None) -> CaseError:  # noqa: A002 - the document's word
        """Return all of it as one error."""
        more = self.total - len(self._lines)
        tail = [f"and {more} more like these"] if more else []
        return CaseError("\n".join([*self._lines, *tail]), id)


def envelope(problems: Problems, errors: Iterable[ErrorDetails], kinds: Sequence[str], known: Known) -> None:
    """Note what pydantic found.

    Args:
        problems: takes them.
        errors: as pydantic tells them.
        kinds: names that pydantic puts into locations to say which kind of metric it read; they stand in no document.
        known: allowed keys of the document (under ""), of each kind of metric, and of the parts of one.
    """
    for error in errors:
        location = error["loc"]
        kind = next((str(part) for part in location[2:3] if part in kinds), "")
        path = location[:2] + location[3:] if kind else location
        inner = str(path[-2]) if len(path) > 1 else ""  # a part of a metric that has keys of its own
        problems.add(_place(path), _text(error, path, known.get(inner, known.get(kind, ()))))


def _place(path: Sequence[str | int]) -> str:
    place = ""
    for part in path:
        place += f"[{part}]" if isinstance(part, int) else f"{'.' if place else ''}{plain(part, LONG)}"
    return place or "the document"


def _text(error: ErrorDetails, path: Sequence[str | int], known: Sequence[str]) -> str:
    match error["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            near = difflib.get_close_matches(str(path[-1])[:LONG], known, n=1)
            return f"unknown key; did you mean {near[0]!r}?" if near else f"unknown key; known: {', '.join(known)}"
        case "union_tag_not_found":
            return "kind is missing: gauge, counter or histogram"
        case "union_tag_invalid":
            return "kind should be gauge, counter or histogram"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"should be an object (it is {shown(error['input'])})"
    text = error["msg"].removeprefix("Value error, ").replace("Input should", "should")
    return f"{text} (it is {shown(error['input'])})"
