"""A terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.controller.cli.terminal import Terminal


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal on a stack folder of this test's own."""
    return Terminal(tmp_path, capsys, monkeypatch)
