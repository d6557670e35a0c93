"""`vvtvctl canary report`."""

from __future__ import annotations

from pathlib import Path

from tests.controller.casebook.past import Past
from tests.controller.cli.terminal import Terminal


def test_a_file_is_written_and_named(terminal: Terminal, tmp_path: Path) -> None:
    with Past(terminal.state) as past:
        past.propose().harmed().propose().start()
    out = tmp_path / "new folder" / "r.html"
    result = terminal.run("canary", "report", "cycle-1", "--out", str(out), *terminal.place)
    text = out.read_text(encoding="utf-8")
    assert result.code == 0
    assert result.out == f"{out}: cycle-1, 7 looks, {out.stat().st_size} bytes\n"
    assert "Canary cycle-1: rolled back (harm on hd_detection_slow_rate)" in text
    assert "2026-09-21 14:13:21 UTC" in text
    assert terminal.run("canary", "report", "--out", str(out), *terminal.place).code == 0
    assert "Canary cycle-2: running" in out.read_text(encoding="utf-8")


def test_what_cannot_be_written_or_is_not_there_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    with Past(terminal.state) as past:
        past.propose().harmed()
    (tmp_path / "file").write_text("x")
    out = tmp_path / "file" / "r.html"
    assert terminal.run("canary", "report", "1", "--out", str(out), *terminal.place).code == 6
    assert terminal.run("canary", "report", "9", "--out", str(tmp_path / "r.html"), *terminal.place).code == 2
    assert terminal.run("canary", "report", "1", *terminal.place).code == 2
    assert not (tmp_path / "r.html").exists()
