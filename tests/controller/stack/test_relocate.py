"""Relocating Debian's servers, played by a script that reads its page as they do."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from controller.stack.relocate import relocate

if TYPE_CHECKING:
    from pathlib import Path


def _program(root: Path, name: str, script: str) -> Path:
    program = root / "usr" / "bin" / name
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_a_program_finds_its_files_from_any_folder(tmp_path: Path) -> None:
    root = tmp_path / "a folder"
    program = _program(root, "alertmanager", 'cat /usr/share/prometheus/alertmanager/test.tmpl; echo "$@"; exit 7')
    size = program.stat().st_size
    template = root / "usr" / "share" / "prometheus" / "alertmanager" / "test.tmpl"
    template.parent.mkdir(parents=True)
    template.write_text("the template\n")
    assert relocate(root) == ["alertmanager"]
    done = subprocess.run([program, "two words", "--x="], cwd="/", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (7, "the template\ntwo words --x=\n")
    assert (root / "usr" / "lib" / "relocated" / "alertmanager").stat().st_size == size


def test_other_programs_stay_as_they_are(tmp_path: Path) -> None:
    program = _program(tmp_path, "amtool", "echo /usr/share/zoneinfo")
    before = program.read_bytes()
    assert relocate(tmp_path) == []
    assert program.read_bytes() == before
    assert not (tmp_path / "usr" / "lib").exists()
