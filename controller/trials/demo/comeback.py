"""Act 2 of `operate`, Return: an operator ends the pause; proposals get a part of their room, later all of it."""

from __future__ import annotations

from controller.cycle.standing import limits
from controller.decide.bounds.limits import Allowed, allowed_interval
from controller.trials.demo.act import Act, Evidence
from controller.trials.demo.failure import require
from controller.trials.demo.stage import Stage
from exporter.seconds import DAY

WEEK = 7 * DAY


def _room(stage: Stage, ahead: float = 0.0) -> dict[str, Allowed]:
    """Return the interval that every numeric parameter may be proposed in, now or so many seconds ahead."""
    config, state, now = stage.desk.config, stage.desk.state(), stage.clock.now() + ahead
    found = {name: limits(config, state, name, now) for name in config.parameters}
    return {name: allowed_interval(one) for name, one in found.items() if one is not None}


def play(stage: Stage) -> Evidence:
    """Resume, and look at what may be proposed now and in a week."""
    before = _room(stage)
    stage.desk.resume("demo: the new viewers are here to stay")
    stage.wait_event("resume_requested", 10, "the resume to stand in the journal")
    now, later = _room(stage), _room(stage, WEEK)
    for name, one in now.items():
        stage.say(
            f"{name}: may be proposed in {one.low:g} .. {one.high:g} "
            f"({one.low_by} limits it below, {one.high_by} above); "
            f"in a week in {later[name].low:g} .. {later[name].high:g}"
        )
    narrower = [name for name, one in now.items() if one.high - one.low < before[name].high - before[name].low]
    require(bool(narrower), "no parameter has less room after the pause")
    require(later == before, "in a week not every parameter has its room back")
    return {
        "narrower": narrower,
        "room": {name: [one.low, one.high] for name, one in now.items()},
        "room_in_a_week": {name: [one.low, one.high] for name, one in later.items()},
    }


ACT = Act("Return", "An operator ends the pause; the autopilot comes back with small steps first.", play)
