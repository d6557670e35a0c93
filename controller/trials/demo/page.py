"""Act 4, Page: the LLM fails, LlmDegraded fires and reaches Alertmanager, and its webhook holds the canary."""

from __future__ import annotations

import requests

from controller.journal import event as ev
from controller.trials.demo.act import Act, Evidence
from controller.trials.demo.arms import in_words
from controller.trials.demo.failure import require
from controller.trials.demo.stage import Stage
from exporter import reference

ALERT = "LlmDegraded"
CANDIDATE = 0.85
"""A temperature a little better than the one in force: the canary has no reason of its own to end soon."""


def fault(stage: Stage, mode: str) -> None:
    """Switch the LLM mock's fault."""
    requests.post(f"{stage.endpoints.url('llm')}/faults", json={"mode": mode}, timeout=5).raise_for_status()


def play(stage: Stage) -> Evidence:
    """Break the LLM while a canary runs, then mend it."""
    stage.skip_events()
    stage.desk.submit(ev.CycleRequested(forced={reference.TEMPERATURE: CANDIDATE}, reason="demo: page"))
    stage.wait_event("canary_started", 30, "a canary to begin")
    fault(stage, "error")
    broken = stage.clock.now()
    stage.say("the LLM mock now answers every call with an error")
    stage.wait_for(
        f"{ALERT} to fire in Prometheus",
        lambda: stage.number(f'ALERTS{{alertname="{ALERT}",alertstate="firing"}}'),
        60,
    )
    fired = stage.clock.now() - broken
    stage.say(f"Prometheus: {ALERT} fires, {fired:.0f} s after the fault")
    stage.wait_for(f"{ALERT} to reach Alertmanager", lambda: ALERT in stage.paged(), 20)
    stage.say(f"Alertmanager: {ALERT} is active, and its webhook tells the controller")
    stage.wait_event("canary_paused", 20, "the canary to be held")
    held = stage.wait_for("every arm to be back on control values", lambda: stage.equal_arms(reference.TEMPERATURE), 15)
    stage.say(f"Prometheus: temperature is {in_words(held)} while the incident is open")
    incident = sorted(item.alert for item in stage.desk.state().incidents.values())
    require(incident == [ALERT], f"open incidents are {incident}")
    fault(stage, "none")
    mended = stage.clock.now()
    stage.say("the LLM mock answers well again")
    stage.wait_event("canary_resumed", 90, "the alert to resolve and the canary to go on")
    resolved = stage.clock.now() - mended
    stage.wait_for("the canary arm's values", lambda: stage.arms(reference.TEMPERATURE)["canary"] == CANDIDATE, 15)
    arms = stage.arms(reference.TEMPERATURE)
    stage.say(f"resolved {resolved:.0f} s after the mend; temperature is {in_words(arms)}")
    look = stage.wait_event("canary_looked", 20, "the next look at the canary")
    return {
        "alert": ALERT,
        "seconds_to_fire": round(fired, 1),
        "seconds_to_resolve": round(resolved, 1),
        "arms_while_held": held,
        "arms_after": arms,
        "next_look": getattr(look.payload, "look", None),
    }


ACT = Act("Page", "An LLM outage pages through Alertmanager, and holds the canary until it is over.", play)
