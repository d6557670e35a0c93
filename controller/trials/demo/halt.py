"""Act 3 of `operate`, Halt: an emergency pause stops a canary within a second, though the controller hangs."""

from __future__ import annotations

import os
import signal

from controller.adapters.live_store import LiveFileStore
from controller.journal import event as ev
from controller.live_store import live_store
from controller.trials.demo.act import Act, Evidence
from controller.trials.demo.arms import in_words
from controller.trials.demo.failure import require
from controller.trials.demo.stage import Stage
from exporter import reference

ALERT = "AutopilotEmergencyPause"
CANDIDATE = 0.85


def _canaried(live: LiveFileStore) -> bool:
    found = live.current()
    return found is not None and found.canary is not None


def play(stage: Stage) -> Evidence:
    """Stop everything while a canary runs and the controller hangs; restart it; resume."""
    stage.skip_events()
    live = live_store(stage.desk.config, stage.desk.place)
    stage.desk.submit(ev.CycleRequested(forced={reference.TEMPERATURE: CANDIDATE}, reason="demo: halt"))
    stage.wait_event("canary_started", 30, "a canary to begin")
    stage.wait_for("the canary arm's values", lambda: stage.arms(reference.TEMPERATURE)["canary"] == CANDIDATE, 15)
    controller = stage.stack["controller"].pid
    os.kill(controller, signal.SIGSTOP)
    require(_canaried(live), "the canary ended before the emergency")
    stage.say("the controller hangs (SIGSTOP), the canary still has its values")
    stopped = stage.desk.emergency_pause("demo: something is on fire")
    stage.say(f"emergency pause: every arm had control values after {stopped.effective or 0.0:.3f} s")
    require(stopped.effective is not None and stopped.effective < 1, f"it took {stopped.effective} s")
    require(not _canaried(live), "the live file still has a canary")
    arms = stage.wait_for("Prometheus to see equal arms", lambda: stage.equal_arms(reference.TEMPERATURE), 15)
    stage.say(f"Prometheus: temperature is {in_words(arms)}")
    stage.stack.kill("controller")
    stage.stack.start("controller")
    stage.say("the controller is killed and started again")
    ended = stage.wait_event("cycle_ended", 20, "the cycle to be aborted")
    outcome = getattr(ended.payload, "outcome", "")
    require(outcome == "aborted", f"the cycle ended as {outcome}")
    require(stage.desk.state().emergency, "the emergency did not survive the restart")
    stage.wait_for(f"{ALERT} to reach Alertmanager", lambda: ALERT in stage.paged(), 60)
    stage.say(f"Alertmanager: {ALERT} is active until somebody resumes")
    stage.desk.resume("demo: the fire is out")
    stage.wait_event("resume_requested", 10, "the resume to stand in the journal")
    return {"effective_seconds": stopped.effective, "arms": arms, "outcome": outcome, "alert": ALERT}


ACT = Act(
    "Halt", "An emergency pause works within a second, with a hung controller too, and survives its restart.", play
)
