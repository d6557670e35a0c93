"""docs/alerts.md lists every alert with its severity, threshold, patience and runbook, and nothing that is gone."""

from __future__ import annotations

import re

import pytest

from alertmanager.rule import Alert
from alertmanager.rules import GROUPS
from exporter.timing import PRODUCTION
from tests.docs import pages

PAGE = pages.read(pages.DOCS / "alerts.md")
ALERTS = {alert.name: alert for group in GROUPS for alert in group.alerts}
ROWS = {row[0].partition("]")[0].strip("["): row for row in pages.rows(PAGE, "alert")}
_THRESHOLD = re.compile(r"[<>]=? (\d+(?:\.\d+)?)\Z")


def test_every_alert_is_documented_and_every_documented_one_is_there() -> None:
    assert set(ROWS) == set(ALERTS)


@pytest.mark.parametrize("alert", ALERTS.values(), ids=lambda alert: alert.name)
def test_a_row_says_what_the_rule_says(alert: Alert) -> None:
    link, severity, service, condition, patience, meaning = ROWS[alert.name]
    assert link == f"[{alert.name}](runbooks/{alert.name}.md)"
    assert (severity, service) == (alert.severity, alert.service)
    seconds = PRODUCTION.patience(alert.for_seconds)
    assert patience == (f"{seconds} s" if seconds else "-")
    if threshold := _THRESHOLD.search(alert.expr(PRODUCTION)):
        assert threshold[1] in re.findall(r"\d+(?:\.\d+)?", condition)
    assert meaning


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    assert {page.stem for page in (pages.DOCS / "runbooks").glob("*.md")} == set(ALERTS)
