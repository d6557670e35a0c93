"""Issues in a real local GitHub: written once, found again, commented and opened again, whatever dies in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.adapters.github import GitHub, Rehearsal
from controller.adapters.github_repository import Repository
from controller.triage.done import Told
from controller.triage.issues import Draft, drafts, mark
from controller.triage.publish import publish
from tests.controller.casebook.past import Past
from tests.controller.triage.fake_github import REPOSITORY, TOKEN, FakeGitHub, Fault, fake_github
from tests.controller.triage.pasts import Quick, harmful, report

NOW = 1_790_600_000.0


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with fake_github() as found:
        yield found


@pytest.fixture
def past() -> Past:
    found = Quick()
    harmful(found)
    return found


def repository(github: FakeGitHub, folder: Path) -> Repository:
    """Return where the fake keeps its issues, with a token in a file."""
    path = folder / "token"
    path.write_text(TOKEN + "\n", encoding="utf-8")
    return Repository(github.url, REPOSITORY, path, timeout=30.0, total=60.0, retries=1, backoff=0.01)


def told_of(past: Past) -> tuple[Draft, ...]:
    return drafts(report(past.journal.read()))


def publishing(github: FakeGitHub, folder: Path, past: Past, most: int = 10) -> tuple[tuple[Told, ...], str]:
    """Tell the fake of a past."""
    with GitHub(repository(github, folder), NOW) as tracker:
        return publish(told_of(past), tracker, dry_run=False, most=most)


def test_a_pattern_becomes_one_issue_however_often_it_is_told(github: FakeGitHub, tmp_path: Path, past: Past) -> None:
    (first,), trouble = publishing(github, tmp_path, past)
    (again,), _ = publishing(github, tmp_path, past)
    assert trouble == ""
    assert (first.action, first.number, first.status) == ("created", 1, "open")
    assert (again.action, again.number) == ("known", 1)
    assert github.writes == [("POST", f"/repos/{REPOSITORY}/issues")]
    issue = github.issues[0]
    assert issue["title"] == "[vvtv] canaries that raise temperature do harm"
    assert issue["labels"] == [{"name": "autopilot-triage"}]
    for part in ("4 of 4", "bound temperature to", "Confidence", "When this is solved"):
        assert part in issue["body"]


def test_what_failed_since_is_one_comment(github: FakeGitHub, tmp_path: Path, past: Past) -> None:
    publishing(github, tmp_path, past)
    harmful(past, 1)
    (second,), _ = publishing(github, tmp_path, past)
    (third,), _ = publishing(github, tmp_path, past)
    assert (second.action, third.action) == ("commented", "known")
    assert len(github.comments[1]) == 1
    assert "It happened again, 1 time" in github.comments[1][0]


def test_a_closed_issue_stays_closed_until_the_pattern_comes_back(
    github: FakeGitHub, tmp_path: Path, past: Past
) -> None:
    publishing(github, tmp_path, past)
    github.close(1)
    (quiet,), _ = publishing(github, tmp_path, past)
    assert (quiet.action, quiet.status, quiet.closed_by) == ("known", "closed", "ann")
    harmful(past, 1)
    (back,), _ = publishing(github, tmp_path, past)
    assert (back.action, back.status, back.closed_by) == ("reopened", "open", "ann")
    assert github.issues[0]["state"] == "open"
    assert len(github.comments[1]) == 1


def test_an_issue_closed_as_not_planned_is_left_alone(github: FakeGitHub, tmp_path: Path, past: Past) -> None:
    publishing(github, tmp_path, past)
    github.close(1, "not_planned", "bob")
    harmful(past, 1)
    (told,), _ = publishing(github, tmp_path, past)
    assert (told.action, told.closed_by) == ("declined", "bob")
    assert github.comments[1] == []


@pytest.mark.parametrize("step", ["reopen", "comment"])
def test_a_run_that_died_half_way_is_finished_by_the_next(
    github: FakeGitHub, tmp_path: Path, past: Past, step: str
) -> None:
    publishing(github, tmp_path, past)
    github.close(1)
    harmful(past, 1)
    github.faults.append(Fault(method="PATCH" if step == "reopen" else "POST", drop=True, after=True))
    (died,), _ = publishing(github, tmp_path, past)
    assert died.action == "failed"
    publishing(github, tmp_path, past)
    publishing(github, tmp_path, past)
    assert github.issues[0]["state"] == "open"
    assert len(github.comments[1]) == 1


@pytest.mark.parametrize(
    "lost",
    [
        Fault(502, method="POST", after=True),
        Fault(method="POST", after=True, drop=True),
        Fault(method="POST", status=201, body=b"<", after=True),
    ],
)
def test_an_issue_whose_answer_was_lost_is_found(github: FakeGitHub, tmp_path: Path, past: Past, lost: Fault) -> None:
    github.faults.append(lost)
    (told,), trouble = publishing(github, tmp_path, past)
    assert (told.action, told.number, trouble) == ("created", 1, "")
    assert len(github.issues) == 1


def test_an_issue_is_found_on_a_later_page_and_without_its_label(
    github: FakeGitHub, tmp_path: Path, past: Past
) -> None:
    (draft,) = told_of(past)
    for number in range(230):
        github.add(f"other {number}", mark(f"{number:016x}", 1.0))
    github.add(draft.title, draft.body)
    (told,), _ = publishing(github, tmp_path, past)
    assert (told.action, told.number) == ("known", 231)
    assert [path for _, path in github.requests].count(f"/repos/{REPOSITORY}/issues") == 3
    github.issues[230]["labels"] = []
    (searched,), _ = publishing(github, tmp_path, past)
    assert (searched.action, searched.number) == ("known", 231)


def test_of_several_the_oldest_counts_and_a_pull_request_is_none(
    github: FakeGitHub, tmp_path: Path, past: Past
) -> None:
    (draft,) = told_of(past)
    github.searched = False
    github.add("a pull request", draft.body, pull_request={"url": "x"})
    github.add("the first", draft.body)
    github.add("the second", draft.body)
    (told,), _ = publishing(github, tmp_path, past)
    assert (told.action, told.number) == ("known", 2)


def test_a_mark_inside_the_words_of_others_is_none(github: FakeGitHub, tmp_path: Path, past: Past) -> None:
    (draft,) = told_of(past)
    github.add("somebody quotes", f"look at this: {mark(draft.fingerprint, 9e9)}")
    (told,), _ = publishing(github, tmp_path, past)
    assert (told.action, told.number) == ("created", 2)


def test_a_dry_run_writes_nothing_and_shows_exactly_what_would_be_sent(
    github: FakeGitHub, tmp_path: Path, past: Past
) -> None:
    (draft,) = told_of(past)
    with Rehearsal(repository(github, tmp_path), NOW) as rehearsal:
        (told,), trouble = publish((draft,), rehearsal, dry_run=True, most=10)
    assert (told.action, trouble, github.writes) == ("would create", "", [])
    (sent,) = rehearsal.sent
    assert (sent.method, sent.path) == ("POST", f"repos/{REPOSITORY}/issues")
    assert sent.content == {"title": draft.title, "body": draft.body, "labels": ["autopilot-triage"]}
    publishing(github, tmp_path, past)
    assert {key: github.issues[0][key] for key in ("title", "body")} == {
        key: sent.content[key] for key in ("title", "body")
    }


def test_no_more_issues_than_allowed_are_created(github: FakeGitHub, tmp_path: Path, past: Past) -> None:
    for _ in range(3):
        past.propose(12, 15, parameter="top_k").harmed()
    found, _ = publishing(github, tmp_path, past, most=1)
    assert [one.action for one in found] == ["created", "put off"]
    found, _ = publishing(github, tmp_path, past, most=1)
    assert sorted(one.action for one in found) == ["created", "known"]


def test_trouble_with_one_pattern_does_not_keep_others_from_being_told(
    github: FakeGitHub, tmp_path: Path, past: Past
) -> None:
    for _ in range(3):
        past.propose(12, 15, parameter="top_k").harmed()
    refusal = b'{"message": "Validation Failed", "errors": [{"field": "assignees", "code": "invalid"}]}'
    github.faults.append(Fault(422, refusal, method="POST"))
    found, trouble = publishing(github, tmp_path, past)
    assert [one.action for one in found] == ["failed", "created"]
    assert "assignees invalid; check triage.github.labels and assignees" in found[0].text
    assert trouble == ""
