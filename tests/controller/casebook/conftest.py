"""A past of this test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controller.casebook.past import Past


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    """Yield a past in which nothing has happened yet."""
    with Past(tmp_path) as found:
        yield found
