"""Every setting in force, where it comes from, and what it is by default."""

from __future__ import annotations

from pathlib import Path

from controller.adapters.config_file import parse_config
from controller.setup.settings import Setting, settings
from controller.stack.checkout import checkout

TEXT = (checkout() / "examples" / "checkout" / "autopilot.yaml").read_text(encoding="utf-8")
FOUND = {item.key: item for item in settings(parse_config(TEXT, Path("autopilot.yaml")), TEXT)}


def test_what_the_file_says_has_its_spelling_and_its_default() -> None:
    assert FOUND["canary.duration"] == Setting(
        "canary.duration", 30, said=True, spelt="30s", default=3600, differs=True
    )
    assert FOUND["kpis.guardrails[1].margin"].default is None
    assert FOUND["service"].required
    assert FOUND["parameters.discount.low"].required
    assert FOUND["parameters.suggestions.kind"].default == "float"


def test_what_the_file_leaves_out_is_the_default() -> None:
    for key, value in (("canary.alpha", 0.05), ("prometheus.timeout", 10), ("parameters.discount.kind", "float")):
        assert (FOUND[key].value, FOUND[key].said, FOUND[key].differs) == (value, False, False)


def test_a_list_that_is_written_short_counts_as_said() -> None:
    assert (FOUND["kpis.guardrails[0].kpi"].value, FOUND["kpis.guardrails[0].kpi"].said) == ("render_time", True)
    assert not FOUND["kpis.guardrails[0].margin"].said
