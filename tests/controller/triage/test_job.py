"""The scheduled job, on a real journal with a real local GitHub: what it stores, asks for, tells and remembers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from controller.adapters.config_file import read_config
from controller.connection import connection
from controller.cycle.bounds_order import ordered
from controller.errors import StorageError
from controller.journal import event as ev
from controller.journal.event import Payload
from controller.journal.fold import fold
from controller.journal.state import State
from controller.journal.store import Journal
from controller.ports import JobResult
from controller.stack.layout import Layout
from controller.triage.analyse import triage
from controller.triage.job import FOLDER, day, triage_job
from tests.controller.triage.fake_github import FakeGitHub, Fault, fake_github
from tests.controller.triage.setting import copied, write_config


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with fake_github() as found:
        yield found


class Stack:
    """A stack's folder with a past, and its job."""

    def __init__(self, folder: Path, hub: FakeGitHub | None, **settings: Any) -> None:
        self.state, self.now = folder / "stack", copied(folder / "stack")
        self.config = write_config(folder, hub, **settings)
        self.reports = Layout(self.state).controller / FOLDER

    def run(self) -> JobResult:
        known = read_config(self.config)
        with Journal(Layout(self.state).controller / "journal.db", "writer") as journal:
            return triage_job(known, journal, connection(known), self.reports)(State(), self.now)

    def payloads(self) -> list[Payload]:
        with Journal(Layout(self.state).controller / "journal.db", "writer") as journal:
            return [event.payload for event in journal.read()]

    def document(self) -> Any:
        return json.loads((self.reports / f"{day(self.now)}.json").read_text(encoding="utf-8"))


SEND = {"github": {"dry_run": False}}


def test_it_stores_adjusts_tells_and_remembers(tmp_path: Path, github: FakeGitHub) -> None:
    stack = Stack(tmp_path, github, **SEND)
    result = stack.run()
    assert result.ok
    assert result.text.startswith(
        "5 failures, 5 cycles, 1 pattern, 1 suggestion; asked for other bounds of temperature, 1 issue created; "
    )
    request = stack.payloads()[-1]
    assert isinstance(request, ev.BoundsAdjustRequested)
    assert (request.parameter, request.low, request.high) == ("temperature", 0.1, 0.75)
    fingerprint = stack.document()["patterns"][0]["fingerprint"]
    assert f"pattern {fingerprint}, canaries that raise temperature do harm: 5 of 5" in request.reason
    assert result.details[f"pattern:{fingerprint}"] == "5 of 5"
    assert (result.details["failures_performance"], result.details["issue_1"]) == (5, "created")
    page = (stack.reports / f"{day(stack.now)}.md").read_text(encoding="utf-8")
    assert "## What was done" in page
    assert "Issue [#1](https://github.example/acme/shop/issues/1) (open)" in page
    assert stack.document()["issues"][0]["action"] == "created"


def test_what_it_asked_for_is_not_asked_for_twice(tmp_path: Path) -> None:
    stack = Stack(tmp_path, None)
    stack.run()
    stack.run()
    asked = [one for one in stack.payloads() if isinstance(one, ev.BoundsAdjustRequested)]
    assert len(asked) == 1


def test_nothing_is_adjusted_when_nothing_is_to_be(tmp_path: Path) -> None:
    stack = Stack(tmp_path, None, apply_above=1)
    assert "asked for" not in stack.run().text
    assert not any(isinstance(one, ev.BoundsAdjustRequested) for one in stack.payloads())


def test_a_dry_run_is_what_the_configuration_begins_with(tmp_path: Path, github: FakeGitHub) -> None:
    stack = Stack(tmp_path, github)
    result = stack.run()
    assert ", would create 1 issue; " in result.text
    assert github.writes == []


def test_without_github_the_report_stands_and_the_end_says_so(tmp_path: Path, github: FakeGitHub) -> None:
    stack = Stack(tmp_path, github, **SEND)
    github.faults += [Fault(401, b'{"message": "Bad credentials"}')]
    result = stack.run()
    assert not result.ok
    assert "issues not written: " in result.text
    assert "token_file is wrong or over" in result.text
    assert len(stack.document()["patterns"]) == 1
    assert stack.document()["adjustments"]


def test_an_issue_that_github_refuses_fails_the_job_with_its_reason(tmp_path: Path, github: FakeGitHub) -> None:
    stack = Stack(tmp_path, github, **SEND)
    github.faults += [Fault(422, b'{"message": "Validation Failed"}', method="POST")]
    result = stack.run()
    assert not result.ok
    assert "1 issue failed, the first: " in result.text
    assert "Validation Failed" in result.text


def test_a_missing_token_file_is_said_and_the_report_stands(tmp_path: Path, github: FakeGitHub) -> None:
    stack = Stack(tmp_path, github, github={"dry_run": False, "token_file": "/nowhere"})
    result = stack.run()
    assert not result.ok
    assert "cannot read the secret file /nowhere" in result.text
    assert stack.document()["failures"]


def test_prometheus_away_is_a_note(tmp_path: Path) -> None:
    stack = Stack(tmp_path, None, alerts=True)
    assert stack.run().ok
    assert "only the journal's incidents are known" in stack.document()["notes"][0]


def test_a_folder_that_cannot_be_written_asks_for_nothing(tmp_path: Path) -> None:
    stack = Stack(tmp_path, None)
    stack.reports.write_text("a file", encoding="utf-8")
    with pytest.raises(StorageError):
        stack.run()
    assert not any(isinstance(one, ev.BoundsAdjustRequested) for one in stack.payloads())


KILLED = """
import sys
from pathlib import Path
from tests.controller.triage.setting import run_job
print(run_job(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))
"""


def test_killed_between_the_issue_and_the_journal_it_writes_no_second_issue(tmp_path: Path, github: FakeGitHub) -> None:
    stack = Stack(tmp_path, github, **SEND)
    command = [sys.executable, "-c", KILLED, str(stack.config), str(stack.state), repr(stack.now)]
    root = str(Path(__file__).parents[3])
    program = subprocess.Popen(command, cwd=root, env={**os.environ, "PYTHONPATH": root}, stdout=subprocess.PIPE)
    github.created = lambda: os.kill(program.pid, signal.SIGKILL)
    with program:
        assert program.wait(60) == -signal.SIGKILL
    assert len(github.issues) == 1
    assert not any(isinstance(one, ev.JobDone) for one in stack.payloads())
    github.created = lambda: None
    result = stack.run()
    assert result.ok
    assert "issue created" not in result.text
    assert len(github.issues) == 1
    asked = [one for one in stack.payloads() if isinstance(one, ev.BoundsAdjustRequested)]
    assert len(asked) == 1


def test_the_state_knows_the_details_for_the_metrics(tmp_path: Path) -> None:
    stack = Stack(tmp_path, None)
    result = stack.run()
    with Journal(Layout(stack.state).controller / "journal.db", "writer") as journal:
        done = ev.JobDone(job="triage", trigger="schedule", ok=True, text=result.text, details=dict(result.details))
        journal.submit(done, at=stack.now, actor="autopilot")
        state = fold(State(), journal.read())
    assert state.jobs["triage"].details == dict(result.details)


def test_the_controller_answers_with_an_adjustment_that_names_the_pattern(tmp_path: Path) -> None:
    stack = Stack(tmp_path, None)
    stack.run()
    config = read_config(stack.config)
    with Journal(Layout(stack.state).controller / "journal.db", "writer") as journal:
        found = journal.read()
        answer = ordered(config, fold(State(), found))
        assert isinstance(answer, ev.BoundsAdjusted)
        assert (answer.adjustment, answer.low, answer.high) == ("adjusted", 0.1, 0.75)
        journal.append(answer, at=found[-1].at, expected=found[-1].seq, actor="autopilot")
        events = journal.read()
    fingerprint = stack.document()["patterns"][0]["fingerprint"]
    assert f"wanted by triage: triage of {day(stack.now)}: pattern {fingerprint}" in answer.reason
    assert not any(one.bounds for _, one in triage(config, events, stack.now).sure(-1.0))
