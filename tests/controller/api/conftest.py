"""One Prometheus for all tests of the gate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.controller.api.canaries import samples
from tests.prometheus import running_prometheus


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Prometheus that holds the canaries."""
    with running_prometheus(tmp_path_factory.mktemp("prometheus"), samples()) as url:
        yield url
