"""Settings that must be spelt in a certain way say which, with an example, never by a regular expression."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.adapters.config_file import parse_config
from controller.errors import ConfigError
from tests.controller.world import settings


@pytest.mark.parametrize(
    ("section", "value", "said"),
    [
        ("service", "my shop", "service: 'my shop' must be letters, digits, ., _ and -, like shop"),
        ("service", "shop\n", "service: 'shop\\n' must be"),
        (
            "triage",
            {"github": {"repository": "https://github.com/me/shop"}},
            "triage.github.repository: 'https://github.com/me/shop' must be OWNER/NAME as in https://github.com/OWNER/N",
        ),
        ("triage", {"github": {"repository": "shop"}}, "like octocat/hello-world"),
        ("golden", {"callable": "shop.run", "cases": "x"}, "golden.callable: 'shop.run' must be MODULE:FUNCTION, like"),
        ("prometheus", {"selector": {"my-job": "x"}}, "'my-job' must be a label's name: letters, digits and _"),
        ("prometheus", {"headers": {"a b": "x"}}, "'a b' must be a header's name: letters, digits and -, like X-Sc"),
        (
            "metrics",
            [{"name": "Sales", "direction": "higher", "margin": 1, "gauge": {"metric": "x"}}],
            "metrics.0.name: 'Sales' must be lower-case letters, digits and _, a letter first, like sales_per_visit",
        ),
        (
            "metrics",
            [{"name": "sales", "direction": "higher", "margin": 1, "gauge": {"metric": 'x{a="b"}'}}],
            "labels go into `labels`",
        ),
    ],
)
def test_a_wrong_spelling_says_what_is_right(section: str, value: object, said: str) -> None:
    whole: dict[str, Any] = settings()
    whole[section] = {**whole.get(section, {}), **value} if isinstance(value, dict) else value
    with pytest.raises(ConfigError) as caught:
        parse_config(yaml.safe_dump(whole), Path("shop.yaml"))
    assert said in str(caught.value)
    assert "pattern" not in str(caught.value)


def test_no_setting_is_checked_by_a_bare_pattern() -> None:
    folder = Path(__file__).parents[3] / "controller" / "config"
    assert [path.name for path in folder.glob("*.py") if "pattern=" in path.read_text(encoding="utf-8")] == []
