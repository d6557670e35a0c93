"""Other sliding bounds because somebody wants them: an operator, or the weekly triage. They slide on from there.

They never leave the hard bounds, always hold the value in force, and are never narrower than the floor.
"""

from __future__ import annotations

from controller.config.config import Config
from controller.cycle.bounds import moved
from controller.cycle.standing import Standing, standing
from controller.decide.bounds.bound import SLACK, Bounds, fitted
from controller.decide.bounds.whole import broken
from controller.journal import event as ev
from controller.journal.state import State
from controller.journal.state_bounds import BoundsWanted


def adjusted(
    config: Config,
    state: State,
    parameter: str,
    ends: tuple[float, float],
    reason: str,
    *,
    request: int | None = None,
) -> ev.BoundsAdjusted | str:
    """Return the event that puts other bounds in force, or why they cannot be.

    Args:
        config: names the parameter.
        state: its bounds and its value as the journal has them.
        parameter: its name.
        ends: low and high of the bounds that are wanted, in the parameter's unit.
        reason: why, and who wants it.
        request: number of the operator's request that this answers; None without one.
    """
    if parameter not in config.parameters:
        return f"{parameter} is not configured any more"
    found = standing(config, state, parameter)
    if found is None:
        return f"{parameter} is a choice among texts: it has no bounds that slide"
    try:
        wanted = Bounds(*ends)
    except ValueError as error:
        return f"{parameter}: {error}"
    if (why := _fraction(config, found, wanted) or _refusal(found, wanted)) is not None:
        return f"{parameter}: {why}"
    return moved(found, "adjusted", found.sliding.bounds, wanted, reason, request=request)


def beginning(found: Standing) -> Bounds:
    """Return the bounds that the configuration begins with, as far as the value in force allows them."""
    return fitted(found.settings.initial, found.frame)


def waiting(state: State) -> list[tuple[BoundsWanted, str]]:
    """Return what operators want of which parameters' bounds and has no answer yet, oldest first."""
    found = [(record.wanted, name) for name, record in state.bounds.items() if record.wanted is not None]
    return sorted(found, key=lambda item: item[0].seq)


def ordered(config: Config, state: State) -> ev.BoundsAdjusted | ev.RequestRefused | None:
    """Return the answer to the oldest request of an operator for other bounds, None without any."""
    if not (found := waiting(state)):
        return None
    wanted, name = found[0]
    reason = f"wanted by {wanted.actor}: {wanted.reason}"
    answer = adjusted(config, state, name, (wanted.low, wanted.high), reason, request=wanted.seq)
    if isinstance(answer, str):
        what = f"bounds {wanted.low:.6g} .. {wanted.high:.6g} for {name}"
        return ev.RequestRefused(request=wanted.seq, what=what, by=wanted.actor, reason=answer)
    return answer


def _fraction(config: Config, found: Standing, wanted: Bounds) -> str | None:
    """Return which new end is none for whole numbers; an end that stays may be what sliding has made of it."""
    if config.parameters[found.name].kind != "int":
        return None
    old = found.sliding.bounds
    return broken(new for new, now in ((wanted.low, old.low), (wanted.high, old.high)) if new != now)


def _refusal(found: Standing, wanted: Bounds) -> str | None:
    frame = found.frame
    if wanted.low < frame.hard.low or wanted.high > frame.hard.high:
        return f"{wanted} is not inside the hard bounds {frame.hard}, which nothing goes beyond"
    if not wanted.holds(frame.value):
        return (
            f"{wanted} does not hold the value in force, {frame.value:g}; move the value first with "
            "`vvtvctl autopilot run-once --set`, or choose bounds that hold it"
        )
    if wanted.width < frame.least * (1 - SLACK):
        return (
            f"{wanted} is narrower than the floor of {frame.least:g}, to which bounds are widened again; lower the "
            "parameter's `bounds.floor` in autopilot.yaml, or use `vvtvctl autopilot bounds override` for a while"
        )
    return None
