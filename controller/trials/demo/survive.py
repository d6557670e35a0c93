"""Act 5, Survive: the controller dies in mid-canary; arms fall back by themselves; a restart goes on exactly."""

from __future__ import annotations

from controller.journal.store import Journal
from controller.trials.demo.act import Act, Evidence
from controller.trials.demo.arms import in_words
from controller.trials.demo.failure import require
from controller.trials.demo.stage import Stage
from exporter import reference


def play(stage: Stage) -> Evidence:
    """Kill the controller with SIGKILL while the canary of act 4 runs, and start it again."""
    stage.skip_events()
    state = stage.desk.state()
    canary = state.cycle.canary if state.cycle else None
    require(canary is not None and canary.running, "no canary is running to be survived")
    arms = stage.arms(reference.TEMPERATURE)
    require(arms["canary"] != arms["control"], f"the canary arm has no value of its own: {arms}")
    stage.stack.kill("controller")
    stage.skip_events()
    state = stage.desk.state()
    canary = state.cycle.canary if state.cycle else None
    require(canary is not None and canary.expires_at is not None, "the canary ended just before the kill")
    looks, expires_at = canary.looks, float(canary.expires_at or 0)  # type: ignore[union-attr]
    stage.say(
        f"SIGKILL to the controller after look {looks}; its canary may run {expires_at - stage.clock.now():.1f} s more"
    )
    fallen = stage.wait_for("the arms to fall back by themselves", lambda: stage.equal_arms(reference.TEMPERATURE), 30)
    at = stage.clock.now()
    expired = stage.number("vvtv_canary_expired")
    stage.say(
        f"Prometheus: {at - expires_at:.1f} s after its permission ended temperature is {in_words(fallen)}; "
        f"vvtv_canary_expired is {expired:g}"
    )
    require(at >= expires_at, "the arms fell back before expires_at")
    require(expired == 1, f"vvtv_canary_expired is {expired}")
    stage.stack.start("controller")
    stage.say("the controller is started again and reads its journal")
    lapsed = stage.wait_event("canary_lapsed", 20, "the lapse to be noticed")
    resumed = stage.wait_event("canary_resumed", 20, "the canary to go on")
    look = stage.wait_event("canary_looked", 20, "the next look")
    number = getattr(look.payload, "look", 0)
    require(number == looks + 1, f"look {number} follows look {looks}")
    ended = stage.wait_event("cycle_ended", 120, "the cycle to end")
    with Journal(stage.desk.place.journal, "demo") as journal:
        decided = [e for e in journal.read(after=lapsed.seq) if e.payload.kind == "decided"]
    require(len(decided) == 1, f"{len(decided)} verdicts after the restart")
    sound = stage.desk.verify()
    stage.say(
        f"sound: {sound['events']} events in one unbroken chain, {sound['versions']} versions, "
        f"live parameters are version {sound['live'][:12]}"
    )
    return {
        "looks_before": looks,
        "fell_back_after_expiry_seconds": round(at - expires_at, 1),
        "arms_after_expiry": fallen,
        "lapsed_event": lapsed.seq,
        "resumed_event": resumed.seq,
        "next_look": number,
        "outcome": getattr(ended.payload, "outcome", ""),
        "chain": sound,
    }


ACT = Act("Survive", "A killed controller leaves nothing behind, and its successor goes on exactly.", play)
