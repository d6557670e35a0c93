"""How the demo prepares its folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from controller.errors import StorageError
from controller.trials.demo.run import run_demo
from controller.trials.demo.show import LOOP, SHOWS, SPARSE
from grafana.compile import panel_queries


def test_the_acts_are_five_and_in_order() -> None:
    assert [act.name for act in LOOP.acts] == ["Watch", "Improve", "Protect", "Page", "Survive"]


def test_a_folder_with_somebody_elses_files_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x", encoding="utf-8")
    with pytest.raises(StorageError, match=r"not the demo's; choose an empty folder with --out"):
        run_demo(tmp_path, Console(quiet=True), LOOP)
    assert (tmp_path / "precious").read_text(encoding="utf-8") == "x"


def test_a_folder_that_cannot_be_made_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StorageError, match="choose a writable one with --out"):
        run_demo(tmp_path / "file" / "demo", Console(quiet=True), LOOP)


def test_the_shows_together_fill_every_panel() -> None:
    panels = {query.panel for query in panel_queries()}
    assert set(SPARSE) <= panels
    assert all(any(show.fills(panel) for show in SHOWS.values()) for panel in panels)
