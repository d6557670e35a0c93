"""The loop's show plays beside the other tests here: all of them mostly wait for real time, and are one group.

A worker of its own plays the group, and the loop's show ends about when the last of the others does.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.stack.shop import VVTVCTL

PATIENCE = 520.0  # seconds from its beginning in which a show must end
LEAST = 200.0  # seconds that it has in any case once all others here are over


@dataclass(frozen=True)
class Playing:
    """A show that plays in a process of its own, its folder, the file of what it prints, and when it began."""

    process: subprocess.Popen[bytes]
    out: Path
    printed: Path
    began: float

    def end(self) -> tuple[int, str]:
        """Wait for its end; return its exit code and what it printed."""
        code = self.process.wait(max(self.began + PATIENCE - time.monotonic(), LEAST))
        return code, self.printed.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    """Let the loop's show begin; what still plays at the end is stopped."""
    folder = tmp_path_factory.mktemp("loop")
    out, printed = folder / "demo", folder / "printed"
    with (
        printed.open("wb") as said,
        subprocess.Popen([*VVTVCTL, "demo", "--out", str(out)], stdout=said, stderr=subprocess.STDOUT) as process,
    ):
        try:
            yield Playing(process, out, printed, time.monotonic())
        finally:
            process.terminate()


@pytest.fixture(scope="session", autouse=True)
def _begin(request: pytest.FixtureRequest) -> None:
    """Let the loop's show begin with the first test here, when any test is to look at it."""
    if any("loop" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("loop")
