"""The section `triage`: what it refuses, and with which words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from controller.config.triage import GithubSection, TriageSection

GITHUB = {"repository": "acme/shop", "token_file": "token"}


def test_a_repository_is_enough_and_nothing_is_sent_then() -> None:
    found = GithubSection.model_validate({"repository": "acme/shop.web"})
    assert found.dry_run
    assert found.url == "https://api.github.com"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"repository": "acme"}, "repository"),
        ({"repository": "acme/../x"}, "repository"),
        ({"repository": "acme/shop?x"}, "repository"),
        ({"url": "http://github.example"}, "would cross the network readable; write https://"),
        ({"url": "https://ann:pw@github.example"}, "credentials do not belong into the address"),
        ({"token_file": None, "dry_run": False}, "needs token_file"),
        ({"labels": []}, "at least 1 item"),
        ({"labels": ["a,b"]}, "a label holds no comma"),
        ({"labels": ["x" * 51]}, "at most 50 characters"),
        ({"most": 0}, "greater than or equal to 1"),
        ({"tokn_file": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_work_is_refused_with_words(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        GithubSection.model_validate({**GITHUB, **change})


def test_a_server_on_this_host_needs_no_tls() -> None:
    assert GithubSection.model_validate({**GITHUB, "url": "http://127.0.0.1:8080"}).url


@pytest.mark.parametrize("change", [{"least": 2}, {"apply_above": 0.2}, {"level": 0.5}, {"window": "soon"}])
def test_patterns_need_three_and_claims_a_level(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TriageSection.model_validate(change)
