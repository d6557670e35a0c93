"""Act 4 of `operate`, Unwind: an operator's own change, what refuses it, the way back, and the account of it all."""

from __future__ import annotations

from controller.errors import AutopilotError, ConfigError
from controller.journal import event as ev
from controller.trials.demo.act import Act, Evidence
from controller.trials.demo.failure import require
from controller.trials.demo.stage import Stage
from exporter import reference
from exporter.catalog.controller import TRIAGE_PATTERNS

WANTED, TOO_MUCH = 0.7, 5.0


def play(stage: Stage) -> Evidence:
    """Deploy outside the hard bounds, then inside them, go back, let triage look at the week, and verify everything."""
    stage.skip_events()
    before = stage.desk.state()
    try:
        stage.desk.deploy({reference.TEMPERATURE: TOO_MUCH}, "demo: far too much", force=True)
        refusal = ""
    except (ConfigError, AutopilotError) as error:
        refusal = str(error)
    require(bool(refusal), f"temperature {TOO_MUCH:g} was deployed")
    stage.say(f"force-deploy of temperature {TOO_MUCH:g}: {refusal}")
    deployed = stage.desk.deploy({reference.TEMPERATURE: WANTED}, "demo: the campaign wants it", tell=stage.tell)
    arms = stage.wait_for(
        "every arm to have it",
        lambda: stage.equal_arms(reference.TEMPERATURE).get("control") == WANTED,
        15,
    )
    require(arms, "not every arm has the deployed value")
    back = stage.desk.rollback(before.version[:12], "demo: the campaign is over", tell=stage.tell)
    require(back.values == before.values, f"in force is {back.values}")
    stage.desk.submit(ev.JobRequested(job="triage", reason="demo: what went wrong"))
    done = stage.wait_event("job_done", 30, "the triage of the week")
    require(getattr(done.payload, "ok", False), getattr(done.payload, "text", ""))
    stage.wait_for("Prometheus to know of it", lambda: stage.number(f"count({TRIAGE_PATTERNS.name})"), 15)
    sound = stage.desk.verify()
    stage.say(
        f"sound: {sound['events']} events in one unbroken chain, {sound['versions']} versions, "
        f"live parameters are version {sound['live'][:12]}"
    )
    return {
        "refusal": refusal,
        "golden": deployed.golden,
        "rolled_back_to": back.version,
        "triage": getattr(done.payload, "text", ""),
        "chain": sound,
    }


ACT = Act("Unwind", "Hard bounds hold whatever is forced; a change is deployed, rolled back, and accounted for.", play)
