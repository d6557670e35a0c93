"""Fixtures: the real servers, and fake programs on PATH."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from controller.stack.layout import Layout
from controller.stack.servers import OVERRIDE, Servers, find_servers

if TYPE_CHECKING:
    from pathlib import Path


class FakeProgram(Protocol):
    """Puts a shell script on the fake PATH."""

    def __call__(self, name: str, script: str) -> Path:
        """Write the script and return it."""


@pytest.fixture(scope="session")
def servers() -> Servers:
    """Return the real servers."""
    return find_servers()


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return the layout of a state folder of this test's own."""
    return Layout(tmp_path / "state")


@pytest.fixture
def fake_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeProgram:
    """Make PATH a folder of fakes, and nothing else."""
    folder = tmp_path / "fakes"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv(OVERRIDE, raising=False)

    def write(name: str, script: str) -> Path:
        program = folder / name
        program.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        program.chmod(0o755)
        return program

    return write
