"""`vvtvctl autopilot canary-status`: what `vvtvctl canary status` shows."""

from __future__ import annotations

from controller.cli.alias import alias
from controller.cli.canary.status import status

canary_status = alias(
    status,
    "canary-status",
    """Show the running canary, or the last one, KPI by KPI: what `vvtvctl canary status` does.

    \b
    Example:
      vvtvctl autopilot canary-status --watch
    """,
)
