"""Fixtures: the real promtool and amtool, and compiled files on disk."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest

from alertmanager.compile import compile_files
from controller.stack.servers import Servers, find_servers
from exporter.endpoints import DEFAULT_ENDPOINTS
from exporter.timing import Timing

DEMO = Timing(1, 1, 0.02)


class Tool(Protocol):
    """Runs a program with arguments."""

    def __call__(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Return what it said."""


@pytest.fixture(scope="session")
def servers() -> Servers:
    return find_servers()


def _tool(program: Path) -> Tool:
    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)

    return run


@pytest.fixture(scope="session")
def promtool(servers: Servers) -> Tool:
    return _tool(servers.promtool)


@pytest.fixture(scope="session")
def amtool(servers: Servers) -> Tool:
    return _tool(servers.amtool)


def put(folder: Path, files: Mapping[str, str]) -> Path:
    """Write compiled files below a folder and return it."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the demo runs: scaled to a scrape every second."""
    return put(tmp_path_factory.mktemp("demo"), compile_files(DEFAULT_ENDPOINTS, DEMO))
