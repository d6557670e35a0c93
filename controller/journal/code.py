"""A fingerprint of the code that makes a state out of events: a snapshot of other code's state is of no use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pydantic

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
OUTSIDE = (
    "controller/decide/bounds/bound.py",
    "controller/decide/bounds/limits.py",
    "controller/decide/bounds/override.py",
    "controller/decide/bounds/policy.py",
    "controller/decide/bounds/whole.py",
    "controller/decide/learner/accuracy.py",
    "controller/model.py",
    "exporter/metric.py",
    "exporter/names.py",
    "exporter/parameter.py",
    "exporter/parameters.py",
    "exporter/seconds.py",
)
"""What the fold uses that does not stand in this folder."""


def files() -> tuple[Path, ...]:
    """Return the source files that a state depends on, in a fixed order."""
    return (*sorted(FOLDER.glob("*.py")), *(ROOT / name for name in OUTSIDE))


def digest(paths: Iterable[Path]) -> str:
    """Return a SHA-256 in hex over source files and the version of what writes and reads their values."""
    found = hashlib.sha256(pydantic.VERSION.encode())
    for path in paths:
        content = path.read_bytes()
        found.update(f"\n{path.name} {len(content)}\n".encode() + content)
    return found.hexdigest()


@cache
def fingerprint() -> str:
    """Return the hash of the folding code."""
    return digest(files())
