"""Long tests start first, so that all workers end at about the same time; property tests repeat their examples."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler.loadfile import LoadFileScheduling

REAL_TIME = "tests/stack/"
"""Its tests mostly wait, and share the show of the loop: one worker plays them all."""

settings.register_profile(  # a shared core may be slow
    "project", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")


def pytest_configure() -> None:
    """Hear Ctrl-C: a shell that starts the tests in the background has it ignored, and children inherit that.

    Forget the stack of whoever runs the tests: a command that is not told of one must not find theirs.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("VVTV_CONFIG", "VVTV_STATE"):
        os.environ.pop(name, None)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes that are no text by their length: xdist wants one name in all workers, and gzip writes the time."""
    return f"{len(val)} bytes" if isinstance(val, bytes) and not val.isascii() else None


def _seconds(item: pytest.Item) -> float:
    """Return about how long a test says that it takes; 0 when it does not."""
    mark = item.get_closest_marker("slow")
    return 0.0 if mark is None else float(*mark.args or (10,))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests marked `slow` before the others, the longest first."""
    items.sort(key=_seconds, reverse=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Give each worker whole files, so that what a module shares is made once; `REAL_TIME` is as one file."""
    scheduling = LoadFileScheduling(config, log)
    file_of = scheduling._split_scope
    scheduling._split_scope = lambda nodeid: REAL_TIME if nodeid.startswith(REAL_TIME) else file_of(nodeid)
    return scheduling
