"""A process that is told to stop ends in good order, or at once, or when its patience is over."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys, threading
from controller.cli.stopper import Stopper
stop = threading.Event()
stopper = Stopper(stop, lambda entry: print(entry.text), patience=float(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    stopper.told()
assert stop.is_set()
print("stepping")
sys.stdout.flush()
threading.Event().wait(float(sys.argv[3]))
print("ended in good order")
"""


@pytest.mark.parametrize(
    ("patience", "signals", "step", "code", "last"),
    [
        ("30", "1", "0.05", 0, "ended in good order"),
        ("0.05", "1", "30", 1, "the step under way did not end within 0.05 s: ended in the middle of it; the next"),
        ("30", "2", "30", 1, "told to stop a second time: ended in the middle of a step; the next start goes on"),
    ],
    ids=["in time", "late", "told twice"],
)
def test_how_it_ends(patience: str, signals: str, step: str, code: int, last: str) -> None:
    done = subprocess.run(
        (sys.executable, "-c", PROGRAM, patience, signals, step),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.splitlines()[-1].startswith(last)
