"""Label names, uids and links."""

from __future__ import annotations

from exporter import names
from exporter.parameters import DEFAULT_WEIGHTS


def test_every_arm_has_a_default_weight_and_canary_is_judged_first() -> None:
    assert names.ARMS[0] == names.CANARY
    assert set(DEFAULT_WEIGHTS) == set(names.ARMS)


def test_a_runbook_link_ends_in_the_page_of_that_alert() -> None:
    assert names.runbook_url("LlmDegraded").endswith("/docs/runbooks/LlmDegraded.md")
