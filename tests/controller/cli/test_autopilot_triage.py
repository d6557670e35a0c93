"""`vvtvctl autopilot triage`, for people and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from controller.journal import event as ev
from controller.journal.store import Journal
from controller.stack.layout import Layout
from controller.triage.job import FOLDER
from tests.controller.cli.terminal import Result, Terminal
from tests.controller.triage.fake_github import FakeGitHub, Fault, fake_github
from tests.controller.triage.setting import copied, write_config

WHY = ("--reason", "weekly review", "--yes")


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with fake_github() as found:
        yield found


class Here:
    """A terminal beside a stack in which raising the temperature does harm."""

    def __init__(self, terminal: Terminal, hub: FakeGitHub | None = None, **settings: Any) -> None:
        self._terminal = terminal
        copied(terminal.state)
        terminal.config = write_config(terminal.config.parent, hub, **settings)
        terminal.place = ("--config", str(terminal.config), "--state", str(terminal.state))
        self.reports = Layout(terminal.state).controller / FOLDER

    def triage(self, *arguments: str) -> Result:
        return self._terminal.autopilot("triage", *arguments)

    def asked(self) -> list[ev.BoundsAdjustRequested]:
        with Journal(Layout(self._terminal.state).controller / "journal.db", "reader") as journal:
            return [one.payload for one in journal.read() if isinstance(one.payload, ev.BoundsAdjustRequested)]


def test_it_reads_and_changes_nothing(terminal: Terminal) -> None:
    here = Here(terminal)
    result = here.triage()
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("# Triage of vvtv\n")
    for words in (
        "bound temperature to \\[0.1, 0.75\\]",
        "Confidence: 0.97",
        "Sure enough to be applied by itself: yes",
    ):
        assert words in result.out
    assert not here.reports.exists()
    assert here.asked() == []


def test_json_and_files_say_the_same(terminal: Terminal, tmp_path: Path) -> None:
    here = Here(terminal)
    found = here.triage("--json").json()
    assert found["summary"] == "5 failures, 5 cycles, 1 pattern, 1 suggestion"
    assert found["patterns"][0]["suggestions"][0]["bounds"]["new"] == [0.1, 0.75]
    written = here.triage("--markdown", "--output", str(tmp_path / "t.md"))
    assert written.out == f"{tmp_path / 't.md'}: 5 failures, 5 cycles, 1 pattern, 1 suggestion\n"
    assert (tmp_path / "t.md").read_text(encoding="utf-8").startswith("# Triage of vvtv\n")


def test_any_window_may_be_asked_for(terminal: Terminal) -> None:
    here = Here(terminal)
    assert here.triage("--window", "36h", "--json").json()["summary"].startswith("0 failures, 0 cycles")
    assert here.triage("--window", "soon").code == 2


def test_apply_asks_for_the_bounds_with_actor_and_reason_and_stores_the_report(terminal: Terminal) -> None:
    here = Here(terminal)
    result = here.triage("--apply", *WHY)
    assert result.code == 0
    (request,) = here.asked()
    assert (request.parameter, request.high) == ("temperature", 0.75)
    assert re.search(r"triage of \d{4}-\d\d-\d\d: pattern [0-9a-f]{16}, .*; weekly review", request.reason)
    (page,) = here.reports.glob("*.md")
    assert "weekly review" in page.read_text(encoding="utf-8")
    again = here.triage("--apply", *WHY)
    assert (again.code, len(here.asked())) == (0, 1)
    assert "nothing to do" in again.err


def test_a_dry_run_says_what_it_would_do_and_does_nothing(terminal: Terminal, github: FakeGitHub) -> None:
    here = Here(terminal, github)
    result = here.triage("--apply", "--send", "--dry-run", "--reason", "look")
    assert result.code == 0
    assert "would bound temperature to [0.1, 0.75]; write to acme/shop: create " in result.out
    assert (here.asked(), github.writes) == ([], [])


@pytest.mark.parametrize("act", ["--apply", "--send"])
def test_acting_needs_a_reason_and_a_yes(terminal: Terminal, github: FakeGitHub, act: str) -> None:
    here = Here(terminal, github)
    unsaid, unasked = here.triage(act, "--yes"), here.triage(act, "--reason", "why not")
    assert (unsaid.code, unasked.code) == (2, 2)
    assert "give --reason" in unsaid.error()
    assert "--yes" in unasked.error()
    assert (here.asked(), github.writes) == ([], [])


def test_github_shows_exactly_what_would_be_sent(terminal: Terminal, github: FakeGitHub) -> None:
    here = Here(terminal, github)
    result = here.triage("--github")
    assert result.code == 0
    assert f"1 request would be sent to {github.url}:\n\nPOST repos/acme/shop/issues\n{{" in result.out
    assert '"title": "[vvtv] canaries that raise temperature do harm"' in result.out
    assert github.writes == []


def test_send_writes_issues_whatever_the_configuration_begins_with(terminal: Terminal, github: FakeGitHub) -> None:
    here = Here(terminal, github)
    found = here.triage("--send", "--json", *WHY).json()
    assert [(one["action"], one["number"]) for one in found["issues"]] == [("created", 1)]
    again = here.triage("--send", *WHY)
    assert again.err == "nothing to do: GitHub knows all\n"
    assert len(github.issues) == 1


def test_an_issue_that_github_refuses_is_a_failure_with_its_reason(terminal: Terminal, github: FakeGitHub) -> None:
    here = Here(terminal, github)
    github.faults.append(Fault(422, b'{"message": "Validation Failed"}', method="POST"))
    result = here.triage("--send", *WHY)
    assert result.code == 3
    assert "1 issue failed, the first: " in result.err
    assert "Validation Failed" in result.err
    assert github.issues == []


def test_an_issue_whose_comments_cannot_be_read_is_a_failure(terminal: Terminal, github: FakeGitHub) -> None:
    here = Here(terminal, github)
    assert here.triage("--send", *WHY).code == 0
    github.faults += [Fault(200, json.dumps(github.issues).encode()), Fault(500)]  # the list, then its comments
    result = here.triage("--send", *WHY)
    assert result.code == 3
    assert "1 issue failed, the first: " in result.err


def test_github_out_of_reach_is_an_error_and_nothing_is_done(terminal: Terminal, github: FakeGitHub) -> None:
    here = Here(terminal, github)
    github.faults.append(Fault(401, b'{"message": "Bad credentials"}'))
    result = here.triage("--apply", "--send", *WHY)
    assert result.code == 3
    assert "token_file is wrong or over; nothing was done" in result.error()
    assert here.asked() == []
    github.faults.append(Fault(401, b'{"message": "Bad credentials"}'))
    shown = here.triage("--github")
    assert shown.code == 0
    assert "The issue tracker was not told: " in shown.out


def test_without_a_repository_github_is_refused(terminal: Terminal) -> None:
    here = Here(terminal)
    for option in ("--github", "--send"):
        result = here.triage(option, *WHY)
        assert (result.code, "no triage.github" in result.error()) == (2, True)


def test_without_a_journal_it_says_where_it_looked(terminal: Terminal) -> None:
    assert "no journal" in terminal.autopilot("triage").error()
