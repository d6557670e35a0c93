"""The demo as a user runs it: the operators' show on real servers, nothing left behind, also after Ctrl-C.

The loop's show is looked at in `test_whole_loop`.
"""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.stack.processes import alive, family, naming
from tests.stack.shop import VVTVCTL

pytestmark = [pytest.mark.stack, pytest.mark.slow(260)]


@pytest.mark.timeout(420)
def test_the_operators_show_passes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "operate"
    command = [*VVTVCTL, "demo", "operate", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=400)
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
    assert naming(out) == []


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
            begun = family(process.pid)
            assert len(begun) >= 6, "the demo and its five parts run"
            process.send_signal(number)
            said = process.stdout.read()
            code = process.wait(timeout=60)
        finally:
            process.kill()
    if number is not signal.SIGKILL:
        assert "interrupted" in said
        assert "Traceback" not in said
    assert code == (-signal.SIGKILL if number is signal.SIGKILL else 130)
    deadline = time.monotonic() + 60
    while alive(begun) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert alive(begun) == []
