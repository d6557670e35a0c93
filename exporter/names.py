"""Label names and values, dashboard uids, job names and links: each is typed once, here."""

from __future__ import annotations

from typing import Final

# Arms of the permanent traffic split.
CANARY: Final = "canary"
BASELINE: Final = "baseline"
CONTROL: Final = "control"
ARMS: Final = (CANARY, BASELINE, CONTROL)

# Labels.
VARIANT: Final = "variant"
COMPLETED: Final = "completed"
STATE: Final = "state"
OUTCOME: Final = "outcome"
PARAMETER: Final = "parameter"
SIDE: Final = "side"
KPI: Final = "kpi"
VERDICT: Final = "verdict"
PHASE: Final = "phase"
REASON: Final = "reason"
KIND: Final = "kind"
SCHEDULE: Final = "schedule"
CATEGORY: Final = "category"
CAUSE: Final = "cause"
WINDOW: Final = "window"
VERSION: Final = "version"
LE: Final = "le"

# Scrape jobs and the `service` label of alerts: whom an alert is about.
JOB_SERVICE: Final = "vvtv"
JOB_CONTROLLER: Final = "autopilot"
JOB_PROMETHEUS: Final = "prometheus"
JOB_ALERTMANAGER: Final = "alertmanager"
INSTANCE_SERVICE: Final = "reference"
INSTANCE_CONTROLLER: Final = "controller"

# The controller's webhook, one receiver of Alertmanager.
WEBHOOK_PATH: Final = "/webhook/alertmanager"

# Dashboards.
DASHBOARD_BUSINESS: Final = "vvtv-business"
DASHBOARD_AUTOPILOT: Final = "vvtv-autopilot"
DATASOURCE_UID: Final = "vvtv-prometheus"

_RUNBOOKS: Final = "https://github.com/vvtv/vvtv-autopilot/blob/main/docs/runbooks"


def runbook_url(alert: str) -> str:
    """Return the link to an alert's runbook page; the page is `docs/runbooks/<alert>.md`."""
    return f"{_RUNBOOKS}/{alert}.md"
