"""Long tests start first, so that two workers end at about the same time; property tests repeat their examples."""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True)  # a shared core may be slow
settings.load_profile("project")


def pytest_configure() -> None:
    """Hear Ctrl-C: a shell that starts the tests in the background has it ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests marked `slow` before the others."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
