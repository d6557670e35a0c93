"""`vvtvctl autopilot report`, with and without Prometheus, for people and for programs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from controller.journal import event as ev
from controller.journal.store import Journal
from tests.controller.adapters.server import number, serving, success
from tests.controller.cli.terminal import Terminal
from tests.controller.running import place
from tests.controller.world import BEGIN, settings

ANALYSED = ev.Analysed(
    cycle=1,
    findings=("conversion is 0.5",),
    details=(ev.Found(kpi="conversion", kind="level", text="is 0.5", confidence=0.95, value=0.5),),
)


def _write(terminal: Terminal, *payloads: ev.Payload) -> None:
    with Journal(place(terminal.state).journal, "writer") as journal:
        for seq, payload in enumerate(payloads):
            journal.append(payload, at=BEGIN, expected=seq, actor="autopilot")


def test_without_prometheus_the_findings_are_those_of_the_last_cycle_and_it_says_so(terminal: Terminal) -> None:
    _write(terminal, ev.CycleStarted(cycle=1, trigger="schedule"), ANALYSED)
    page = terminal.autopilot("report")
    assert page.code == 0
    assert "Prometheus cannot be asked (http://127.0.0.1:1: cannot connect" in page.out
    assert "these are the findings of cycle 1." in page.out
    assert "- conversion is 0.5" in page.out
    found = terminal.autopilot("report", "--json", "--last", "10h").json()
    assert [item["kind"] for item in found["analysis"]["findings"]] == ["level"]
    assert found["until"] - found["since"] == 36000


def test_without_prometheus_and_without_a_cycle_there_are_no_findings(terminal: Terminal) -> None:
    _write(terminal, ev.Adopted(values={"price": 1.0, "batch": 5}, version="v0", source="defaults"))
    out = terminal.autopilot("report").out
    assert "and no cycle has analysed anything yet." in out
    assert "| price | 1 | 0.5 to 1.5 |" in out


def test_with_prometheus_the_findings_are_of_now(terminal: Terminal) -> None:
    _write(terminal, ev.CycleStarted(cycle=1, trigger="schedule"), ANALYSED)
    levels = [number("0.75")] * 4
    with serving(*levels, success([], "matrix")) as server:
        changed = settings(prometheus={"url": f"http://127.0.0.1:{server.port}"}, kpis={"goal": 0.8})
        terminal.config.write_text(yaml.safe_dump(changed), encoding="utf-8")
        found = terminal.autopilot("report", "--json").json()["analysis"]
    assert len(server.requests) == 6  # levels now and before, a course, of two KPIs each; the window is a minute
    assert found["note"] == "As Prometheus has it now."
    assert found["texts"][0].startswith("conversion is 0.75, 0.75 in the window before, outside its goal 0.8")


def test_a_report_goes_into_a_file(terminal: Terminal, tmp_path: Path) -> None:
    _write(terminal, ev.CycleStarted(cycle=1, trigger="schedule"))
    out = tmp_path / "report.md"
    assert terminal.autopilot("report", "--out", str(out)).out.startswith(f"{out}: 7d, ")
    assert out.read_text(encoding="utf-8").startswith("# Autopilot of shop\n")


@pytest.mark.parametrize("last", ["soon", "0", "-1h", "nan"])
def test_a_period_that_is_none_is_refused(terminal: Terminal, last: str) -> None:
    _write(terminal, ev.CycleStarted(cycle=1, trigger="schedule"))
    result = terminal.autopilot("report", "--last", last)
    assert (result.code, result.error()[:6]) == (2, "--last")


def test_a_folder_in_which_no_controller_ran_is_refused(terminal: Terminal) -> None:
    result = terminal.autopilot("report")
    assert result.code == 2
    assert "no controller has run here" in result.error()


def test_a_file_that_cannot_be_written_loses_nothing(terminal: Terminal, tmp_path: Path) -> None:
    _write(terminal, ev.CycleStarted(cycle=1, trigger="schedule"))
    (tmp_path / "file").write_text("")
    assert terminal.autopilot("report", "--out", str(tmp_path / "file" / "report.md")).code == 6
