"""The demo as a user runs it: the loop's show. It plays beside the other tests here, so this one comes last."""

from __future__ import annotations

import json
import re

import pytest

from tests.stack.conftest import Playing
from tests.stack.processes import naming

pytestmark = [pytest.mark.stack, pytest.mark.slow(260)]

ACTS = ["Watch", "Improve", "Protect", "Page", "Survive"]


@pytest.mark.timeout(540)
def test_the_demo_passes_and_leaves_nothing_behind(loop: Playing) -> None:
    code, printed = loop.end()
    assert code == 0, printed
    summary = json.loads((loop.out / "summary.json").read_text(encoding="utf-8"))
    assert [act["name"] for act in summary["acts"]] == ACTS
    assert all(act["passed"] and act["seconds"] > 0 and act["evidence"] for act in summary["acts"])
    assert summary["boards"]["queries"] > 40
    assert summary["boards"]["without_data"] == []
    report = (loop.out / "report.html").read_text(encoding="utf-8")
    assert report.count("<svg") == 4
    assert not re.search(r"(src|href)=", report), "the report must not reach for the network"
    assert sorted(path.name for path in (loop.out / "dashboards").iterdir()) == ["autopilot.json", "business.json"]
    assert "\x1b[" not in printed, "no colours where there is no terminal"
    assert naming(loop.out) == []
