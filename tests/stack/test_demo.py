"""The demo as a user runs it: its acts on real servers, nothing left behind, also after Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

VVTVCTL = (sys.executable, "-m", "controller.cli.main")
ACTS = ["Watch", "Improve", "Protect", "Page", "Survive"]


def _family(pid: int) -> set[tuple[int, str]]:
    """Return a process and all below it, as pid and start time, so that a recycled pid is another process."""
    parents: dict[int, int] = {}
    begun: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] not in "ZX":
            parents[int(path.parent.name)], begun[int(path.parent.name)] = int(fields[1]), fields[19]
    found = {pid}
    while new := {child for child, parent in parents.items() if parent in found} - found:
        found |= new
    return {(one, begun[one]) for one in found if one in begun}


def _naming(folder: Path) -> list[str]:
    """Return the command lines of processes that name a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(folder) in line:
                found.append(line)
    return found


def _alive(family: set[tuple[int, str]]) -> list[int]:
    return [pid for pid, begun in family if (pid, begun) in _family(pid)]


@pytest.mark.stack
@pytest.mark.slow
@pytest.mark.timeout(420)
def test_the_demo_passes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    done = subprocess.run(
        [*VVTVCTL, "demo", "--out", str(out)], capture_output=True, text=True, check=False, timeout=400
    )
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert [act["name"] for act in summary["acts"]] == ACTS
    assert all(act["passed"] and act["seconds"] > 0 and act["evidence"] for act in summary["acts"])
    assert summary["boards"]["queries"] > 40
    assert summary["boards"]["without_data"] == []
    report = (out / "report.html").read_text(encoding="utf-8")
    assert report.count("<svg") == 4
    assert not re.search(r"(src|href)=", report), "the report must not reach for the network"
    assert sorted(path.name for path in (out / "dashboards").iterdir()) == ["autopilot.json", "business.json"]
    assert "\x1b[" not in done.stdout, "no colours where there is no terminal"
    assert _naming(out) == []


@pytest.mark.stack
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_operators_show_passes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "operate"
    command = [*VVTVCTL, "demo", "operate", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    acts = {act["name"]: act["evidence"] for act in summary["acts"]}
    assert list(acts) == ["Distrust", "Return", "Halt", "Unwind"]
    assert all(act["passed"] for act in summary["acts"])
    assert acts["Distrust"]["cause"] == "plant"
    assert 24 <= acts["Distrust"]["hours_since_shift"] <= 36
    assert acts["Halt"]["effective_seconds"] < 1
    assert summary["boards"]["queries"] >= 4
    assert summary["boards"]["without_data"] == []
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "distrust, stopping and unwinding" in report
    assert _naming(out) == []


@pytest.mark.stack
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_demo_that_is_ended_early_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "demo"
    with subprocess.Popen(
        [*VVTVCTL, "demo", "--out", str(out)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if "Act 1" in line:
                    break
            family = _family(process.pid)
            assert len(family) >= 6, "the demo and its five parts run"
            process.send_signal(number)
            said = process.stdout.read()
            code = process.wait(timeout=30)
        finally:
            process.kill()
    if number is not signal.SIGKILL:
        assert "interrupted" in said
        assert "Traceback" not in said
    assert code == (-signal.SIGKILL if number is signal.SIGKILL else 130)
    deadline = time.monotonic() + 10
    while _alive(family) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _alive(family) == []
