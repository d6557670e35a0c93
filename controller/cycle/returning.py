"""Where the autopilot stands on its way back from a pause for drift, as the journal has it."""

from __future__ import annotations

from controller.config.config import Config
from controller.decide.drift.outcomes import FAILED
from controller.decide.drift.returning import Stage, stage
from controller.journal.state import State


def returning(config: Config, state: State, now: float) -> Stage:
    """Return the stage at unix time `now`; it is over without a pause, and while drift is not enabled.

    A setback is a canary that failed, an operator's own and those that he ended left out, or drift that pauses: what is
    only watched may come again and again, and would keep the way back up for ever.
    """
    returned = state.drift.returned_at
    if returned is None or not config.drift.enabled:
        return Stage()
    failed = (one.at for one in state.finished if one.outcome in FAILED and not (one.forced or one.ordered))
    found = (one.at for one in state.drift.records if one.found.action == "pause")
    return stage(returned, (*failed, *found), config.drift.policy.pause, now)
