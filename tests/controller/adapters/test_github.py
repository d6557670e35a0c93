"""GitHub's API in trouble: clear errors, few retries, limits kept, and the token in none of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from controller.adapters.github import GitHub
from controller.adapters.github_repository import Repository
from controller.errors import ConfigError
from controller.triage.tracker import TrackerError
from tests.controller.triage.fake_github import REPOSITORY, TOKEN, FakeGitHub, Fault, fake_github

NOW = 1_790_600_000.0


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with fake_github() as found:
        yield found


@pytest.fixture
def repository(github: FakeGitHub, tmp_path: Path) -> Repository:
    path = tmp_path / "token"
    path.write_text(TOKEN, encoding="utf-8")
    return Repository(github.url, REPOSITORY, path, timeout=30.0, total=60.0, retries=1, backoff=0.01)


class Naps(list[float]):
    """Notes how long was waited, and waits not."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def asking(repository: Repository, naps: Naps | None = None) -> GitHub:
    return GitHub(repository, NOW, sleep=naps if naps is not None else Naps())


def limited(**headers: str) -> Fault:
    return Fault(403, b'{"message": "API rate limit exceeded"}', headers)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_reading_is_tried_again_after_what_may_pass(github: FakeGitHub, repository: Repository, status: int) -> None:
    github.add("one", "text")
    github.faults.append(Fault(status))
    naps = Naps()
    with asking(repository, naps) as tracker:
        assert [issue.number for issue in tracker.issues()] == [1]
    assert naps == [0.01]


def test_retries_end(github: FakeGitHub, repository: Repository) -> None:
    github.faults += [Fault(500)] * 5
    with asking(repository) as tracker, pytest.raises(TrackerError, match="answers 500: out of order"):
        tracker.issues()
    assert len(github.requests) == 2


def test_writing_is_not_tried_again_when_it_may_be_done(github: FakeGitHub, repository: Repository) -> None:
    github.faults.append(Fault(502, method="POST"))
    with asking(repository) as tracker, pytest.raises(TrackerError) as caught:
        tracker.create("title", "body")
    assert caught.value.unsure
    assert github.writes == [("POST", f"/repos/{REPOSITORY}/issues")]


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"Retry-After": "3"}, 3.0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW) + 2)}, 2.0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW) - 60)}, 1.0),
    ],
)
def test_a_rate_limit_is_waited_for_when_it_is_short(
    github: FakeGitHub, repository: Repository, headers: dict[str, str], waited: float
) -> None:
    github.faults.append(replace(limited(**headers), method="POST"))
    naps = Naps()
    with asking(repository, naps) as tracker:
        assert tracker.create("title", "body").number == 1
    assert list(naps) == [pytest.approx(waited, abs=0.5)]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (limited(**{"Retry-After": "3600"}), "rate limit, free again in 3600 s"),
        (limited(**{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "x"}), "rate limit, free again in 60 s"),
        (Fault(429, b"slow down"), "rate limit, free again in 60 s .slow down."),
        (Fault(401, b'{"message": "Bad credentials"}'), "triage.github.token_file is wrong or over"),
        (Fault(403, b'{"message": "Resource not accessible"}'), "needs the permission to read and write issues"),
        (Fault(404, b'{"message": "Not Found"}'), "no repository acme/shop, or the token may not see it"),
        (Fault(410, b'{"message": "Issues are disabled"}'), "issues are switched off in acme/shop"),
        (Fault(301, b"", {"Location": "http://127.0.0.1:1/"}), "has moved: write its new name"),
        (Fault(200, b"<html>log in"), "not GitHub's JSON: '<html>log in'; check triage.github.url"),
        (Fault(200, b'{"hello": 1}'), "answers no list; check triage.github.url"),
        (Fault(200, b"[1, 2]"), "answers no list"),
        (Fault(200, b"[" * 100_000), "not GitHub's JSON"),
        (Fault(200, b'[{"number": "x", "state": "open"}]'), "an issue that cannot be read"),
    ],
)
def test_trouble_is_told_with_what_to_do(github: FakeGitHub, repository: Repository, fault: Fault, said: str) -> None:
    github.faults.append(fault)
    with asking(repository) as tracker, pytest.raises(TrackerError, match=said):
        tracker.issues()
    assert len(github.requests) == 1


def test_the_token_stands_in_no_error_even_when_the_server_repeats_it(
    github: FakeGitHub, repository: Repository
) -> None:
    for body in (f'{{"message": "token {TOKEN} is bad"}}'.encode(), f"<p>{TOKEN}</p>".encode()):
        github.faults += [Fault(403, body), Fault(200, body)]
        for _ in range(2):
            with asking(repository) as tracker, pytest.raises(TrackerError) as caught:
                tracker.issues()
            assert TOKEN not in str(caught.value)
            assert "***" in str(caught.value) or "no list" in str(caught.value)


def test_without_a_token_github_says_so(github: FakeGitHub, repository: Repository) -> None:
    with asking(replace(repository, token_file=None)) as tracker, pytest.raises(TrackerError, match="answers 401"):
        tracker.issues()
    assert github.requests


@pytest.mark.parametrize("text", ["", "two\nlines", "caf\xe9\x00"])
def test_a_token_file_that_holds_no_single_line_is_a_config_error(repository: Repository, text: str) -> None:
    assert repository.token_file is not None
    repository.token_file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="must hold one line of text"):
        asking(repository)


def test_a_missing_token_file_is_a_config_error(repository: Repository) -> None:
    with pytest.raises(ConfigError, match="cannot read the secret file"):
        asking(replace(repository, token_file=Path("/nowhere/token")))


def test_nobody_listening_is_told(repository: Repository) -> None:
    gone = replace(repository, url="http://127.0.0.1:9", retries=0)
    with asking(gone) as tracker, pytest.raises(TrackerError, match=r"no answer .*refused"):
        tracker.issues()


def test_everything_has_one_time_limit(github: FakeGitHub, repository: Repository) -> None:
    times = iter([0.0, 1.0, 1.0, 4.9, 4.9, 5.1, 5.1])
    tracker = GitHub(replace(repository, total=5.0), NOW, sleep=Naps(), clock=lambda: next(times, 9.0))

    def ask_on() -> None:
        for _ in range(9):
            tracker.issues()

    with tracker, pytest.raises(TrackerError, match=r"no time left \(triage.github.total is 5 s\)"):
        ask_on()
    assert github.requests
