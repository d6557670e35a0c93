"""The section `golden`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.adapters.config_file import parse_config
from controller.config.golden import GoldenSection
from controller.errors import ConfigError
from tests.controller.world import settings


def _section(**golden: Any) -> GoldenSection:
    text = yaml.safe_dump({**settings(), "golden": {"cases": "cases", **golden}})
    found = parse_config(text, Path("/etc/shop/autopilot.yaml")).golden
    assert found is not None
    return found


def test_relative_paths_start_at_the_folder_of_the_file() -> None:
    assert _section(callable="a:b").place == Path("/etc/shop/cases")
    assert _section(callable="a:b", folder="golden").place == Path("/etc/shop/golden/cases")
    assert _section(callable="a:b", folder="/srv", cases="/cases").place == Path("/cases")


@pytest.mark.parametrize(
    ("golden", "said"),
    [
        ({}, "give exactly one of callable, command and url: who answers the cases; there is none"),
        ({"callable": "a:b", "url": "http://x"}, "there are callable and url"),
        ({"callable": "a"}, "golden.callable: 'a' must be MODULE:FUNCTION"),
        ({"command": []}, "golden.command"),
        ({"command": "node page.mjs"}, "golden.command"),
        ({"url": "ftp://x"}, "golden.url: not an address"),
        ({"url": "http://user:secret@x"}, "credentials do not belong into the address"),
        ({"callable": "a:b", "token_file": "t"}, "token_file is for url"),
        ({"callable": "a:b", "workers": 0}, "golden.workers"),
        ({"callable": "a:b", "runs": True}, "golden.runs: true is not a number"),
        ({"callable": "a:b", "case_timeout": "soon"}, "golden.case_timeout: 'soon' is not a duration"),
    ],
)
def test_what_is_wrong_is_named(golden: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _section(**golden)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
