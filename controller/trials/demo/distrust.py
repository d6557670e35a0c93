"""Act 1 of `operate`, Distrust: the service is no longer what it was; the autopilot finds out and stops itself."""

from __future__ import annotations

from controller.errors import ConflictError
from controller.journal import event as ev
from controller.trials.demo.act import Act, Evidence
from controller.trials.demo.failure import require
from controller.trials.demo.stage import Stage
from exporter.seconds import HOUR

ALERT = "AutopilotDriftPause"


def play(stage: Stage) -> Evidence:
    """Wait for the autopilot to notice that the viewers changed, and ask it for a cycle all the same."""
    event = stage.wait_event("drift_detected", 60, "the autopilot to look at the last eleven days")
    found = event.payload
    require(isinstance(found, ev.DriftDetected), f"event {event.seq} is a {found.kind}")
    assert isinstance(found, ev.DriftDetected)  # noqa: S101 - said just above, for the type checker
    require(found.cause == "plant", f"the drift that was found is of the kind {found.cause}")
    hours = (found.until or 0.0) - event.at
    require(hours == 48 * HOUR, f"the pause lasts {hours / HOUR:g} h")
    began = None if found.began is None else (event.at - found.began) / HOUR
    stage.say(f"the viewers did change, 30 h ago; paused for {hours / HOUR:g} h, the next time for twice as long")
    try:
        stage.desk.cycle(None, "demo: a cycle in spite of it", stage.tell)
        refusal = ""
    except ConflictError as error:
        refusal = str(error)
    require(bool(refusal), "a cycle began in spite of the pause")
    stage.say(f"a cycle is asked for: {refusal}")
    stage.wait_for(f"{ALERT} to reach Alertmanager", lambda: ALERT in stage.paged(), 60)
    stage.say(f"Alertmanager: {ALERT} is active; its runbook says what to look at")
    return {
        "cause": found.cause,
        "kpi": found.kpi,
        "reason": found.reason,
        "hours_since_shift": began,
        "paused_hours": hours / HOUR,
        "refusal": refusal,
        "alert": ALERT,
    }


ACT = Act("Distrust", "The service has changed by itself; the autopilot finds out and pauses itself.", play)
