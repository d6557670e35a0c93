"""The scripted world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controller.world import World, worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a world of this test's own."""
    yield from worlds(tmp_path)
