"""Expectations brought up to date with what the subject answers now, after somebody has looked at each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller.adapters.atomic import write_atomic
from controller.errors import ConfigError, ConflictError, StorageError
from controller.golden.case import Case
from controller.golden.case_file import edited
from controller.golden.diff import difference
from controller.golden.judge import faults
from controller.golden.load import files_of, parse_cases
from controller.golden.report import Report
from controller.golden.value import near, same

LOG = "changes.log"


@dataclass(frozen=True)
class Outdated:
    """A case whose exact answer is no longer what is answered; `kind` is `equals` or `approx`."""

    case: Case
    kind: str
    expected: Any
    answer: Any

    @property
    def text(self) -> str:
        """How the new answer differs."""
        return difference(self.expected, self.answer)


def outdated(cases: Sequence[Case], report: Report) -> tuple[tuple[Outdated, ...], tuple[str, ...]]:
    """Return the cases whose answer can be replaced, and the names of those that fail for something else as well.

    A condition such as `among` or `compare` says what must hold of any answer: it is for people to change.
    """
    found, other = [], []
    for case, result in zip(cases, report.results, strict=True):
        if result.outcome == "passed":
            continue
        mine = _of(case, result.answer) if result.answered and result.outcome == "failed" else None
        if mine is None or _rest_fails(mine, result.values, result.faults):
            other.append(f"{result.name}: {'; '.join(result.faults)}")
        else:
            found.append(mine)
    return tuple(found), tuple(other)


def _of(case: Case, answer: Any) -> Outdated | None:
    expect = case.expect
    if expect.exact and not same(expect.equals, answer):
        return Outdated(case, "equals", expect.equals, answer)
    if expect.approx is not None and not near(expect.approx.value, answer, expect.approx.within):
        return Outdated(case, "approx", expect.approx.value, answer)
    return None


def _rest_fails(mine: Outdated, values: Any, said: tuple[str, ...]) -> bool:
    """Whether anything but the exact answer is wrong: more was said, or the new answer breaks another condition."""
    return len(said) > 1 or len(list(faults(mine.case, mine.answer, values))) != 1


def replace(place: Path, texts: dict[str, str], accepted: Sequence[Outdated]) -> tuple[Path, ...]:
    """Write new expectations into their files, each file whole or not at all; return the files.

    Args:
        place: the file or folder of cases.
        texts: every file's text by its name as it was when the cases were read.
        accepted: what to replace.

    Raises:
        ConflictError: a file has been edited meanwhile; nothing is written.
        ConfigError: the new text would be no file of cases; nothing is written.
        StorageError: a file cannot be written.
    """
    files = {path.name: path for path in files_of(place)}
    new: dict[Path, str] = {}
    for name in {one.case.file for one in accepted}:
        path = files[name]
        if read_text(path) != texts[name]:
            raise ConflictError(f"{path} was edited meanwhile: nothing was written; run the command again")
        answers = {one.case.name: (one.kind, one.answer) for one in accepted if one.case.file == name}
        new[path] = edited(texts[name], path, answers)
        _check(parse_cases(new[path], path), parse_cases(texts[name], path), answers, path)
    for path, text in new.items():
        write_atomic(path, text.encode())
    return tuple(new)


def _check(new: Sequence[Case], old: Sequence[Case], answers: dict[str, tuple[str, Any]], path: Path) -> None:
    """Refuse an edit that changed anything else. Raises ConfigError."""
    for before, after in zip(old, new, strict=True):
        kind, answer = answers.get(before.name, ("", None))
        found = after.expect.equals if kind == "equals" else after.expect.approx.value if after.expect.approx else None
        if (kind and not same(found, answer)) or (not kind and before != after) or before.input != after.input:
            raise ConfigError(f"{path}: case {before.name!r} cannot be edited by program; edit it by hand")


def read_text(path: Path) -> str:
    """Return a file's text. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}") from None


def log(folder: Path, entry: dict[str, Any]) -> None:
    """Append who changed what, and why, to the log beside the cases. Raises StorageError."""
    path = folder / LOG
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}; the cases are written, the reason is not") from None
