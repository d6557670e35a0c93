"""Subjects made of a few lines of code, and cases made of a few keys."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from controller.golden.callable import CallableSubject
from controller.golden.case import Case
from controller.golden.command import CommandSubject
from controller.golden.pool import Limits
from controller.golden.subject import RefusedError

QUICK = Limits(workers=2, runs=2, each=30.0, whole=60.0)

Made = Callable[[str], CallableSubject]
Command = Callable[..., CommandSubject]


def case(name: str = "one", **given: Any) -> Case:
    """Return a case; its input is empty and it expects nothing, unless it is said."""
    return Case.model_validate({"name": name, "input": {}, "expect": {}, **given})


def cases(*expected: dict[str, Any]) -> tuple[Case, ...]:
    """Return cases by number with an input of three candidates."""
    shared = {"input": {"candidates": ["a", "b", "c"]}}
    return tuple(case(f"case {number}", **{**shared, **given}) for number, given in enumerate(expected, 1))


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Return what makes a callable subject from the text of a module with a function `answer`."""

    def make(code: str) -> CallableSubject:
        path = tmp_path / "shop_answers.py"
        path.write_text(code)
        os.utime(path, (1_000_000_000, 1_000_000_000))  # written long before it is loaded
        return CallableSubject("shop_answers:answer", tmp_path, patience=30.0)

    return make


class Direct:
    """A subject that is a function of this process: nothing is started, no time is watched."""

    words = "a function of the test"

    def __init__(self, function: Callable[[dict[str, Any]], Any]) -> None:
        self._function = function

    def identity(self) -> str | None:
        return None

    def session(self) -> Direct:
        return self

    def ask(self, id: str, given: dict[str, Any]) -> Any:  # noqa: A002 - the protocol's name
        del id
        try:
            return self._function(json.loads(json.dumps(given)))
        except (LookupError, TypeError, ValueError) as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from None

    def abort(self) -> None:
        pass

    def close(self) -> None:
        pass

    def unchanged(self) -> bool:
        return True


LOOP = """
import json, os, sys, time
for line in sys.stdin:
    question = json.loads(line)
    id, given = question["id"], question["input"]
    def say(**reply):
        print(json.dumps({"id": id, **reply}), flush=True)
"""


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Return what makes a command subject from what its loop does with `id` and `given`; `say` answers."""

    def make(body: str, *, version: str | None = None, files: Sequence[str] = ()) -> CommandSubject:
        lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
        (tmp_path / "program.py").write_text(LOOP + lines)
        argv = (sys.executable, "-I", "-S", "program.py")
        return CommandSubject(argv, tmp_path, version=version, files=tuple(files))

    return make
