"""What an operator's request would do: the words for a dry run and a question, and the event that asks for it.

Pure functions of the state; each refuses what cannot be, with what to do instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from controller.config.config import Config
from controller.cycle import deploy
from controller.cycle.bounds_order import adjusted, waiting
from controller.cycle.live import conformed
from controller.decide.bounds.bound import Bounds
from controller.errors import ConfigError, ConflictError
from controller.journal import event as ev
from controller.journal.changed import replace
from controller.journal.event import Payload
from controller.journal.state import State
from controller.judging.plain import plain
from controller.moment import moment
from controller.ports import Gate
from exporter.parameter import shown
from exporter.parameters import ParameterError, Values

RESUME = '`vvtvctl autopilot resume --reason "..."` ends that'


@dataclass(frozen=True)
class Plan:
    """One request: what it does, as in "this will ...", and the event that asks for it."""

    effect: str
    request: Payload


def pausing(state: State, reason: str, until: float | None) -> Plan:
    """Return the plan of a pause, until a time (unix seconds) or until somebody resumes."""
    lasting = f"until {moment(until)} UTC" if until is not None else 'until `vvtvctl autopilot resume --reason "..."`'
    held = _canary(state)
    what = f"hold canary {held} on control values, and start no cycle, {lasting}" if held else _no_cycle(state, lasting)
    others = [one.text for cause, one in state.pauses.items() if cause != "operator"]
    also = f" (paused besides: {'; '.join(others)})" if others else ""
    if (old := state.pauses.get("operator")) is not None:
        end = "that had no end" if old.until is None else f"that lasted until {moment(old.until)} UTC"
        also = f", in place of a pause {end} ({old.text}){also}"
    return Plan(what + also, ev.PauseRequested(reason=reason, until=until))


def _no_cycle(state: State, lasting: str) -> str:
    if state.cycle is None:
        return f"start no cycle, {lasting}"
    return f"hold cycle {state.cycle.number} as soon as its canary runs, and start no other, {lasting}"


def resuming(state: State, reason: str) -> Plan | None:
    """Return the plan of ending every pause; None when nothing is paused."""
    if not state.pauses:
        return None
    ended = "; ".join(pause.text for pause in state.pauses.values())
    held = _canary(state)
    then = f"; canary {held} goes on where it stopped" if held and not state.emergency else "; cycles start again"
    alerts = sorted({incident.alert for incident in state.incidents.values()})
    still = f" once {', '.join(alerts)} is over" if alerts else ""
    return Plan(f"end every pause ({ended}){then}{still}", ev.ResumeRequested(reason=reason))


def cycling(
    config: Config, state: State, forced: Values | None, reason: str, *, force: bool, running: bool, now: float
) -> Plan:
    """Return the plan of one cycle at unix time `now`; `running`: whether a controller runs.

    Raises:
        ConfigError: the forced change is not possible.
        ConflictError: the autopilot is paused, or a cycle is under way.
    """
    checked = _checked(config, forced or {})
    if (why := state.paused_at(now)) is not None:
        raise ConflictError(f"the autopilot is paused ({plain(why)}); {RESUME}")
    if state.cycle is not None and running:
        raise ConflictError(f"cycle {state.cycle.number} is under way ({state.phase}); wait for its end")
    what = "run one cycle" + (f" with a canary of {_assigned(checked)}" if checked else "")
    if state.cycle is not None:
        what = f"bring cycle {state.cycle.number}, which was interrupted, to its end, then {what}"
    passed = "; the golden cases are NOT asked" if force else ""
    return Plan(what + passed, ev.CycleRequested(forced=checked or None, reason=reason, force=force))


def rolling_back(
    config: Config, state: State, version: str, values: Mapping[str, object], reason: str, *, force: bool, now: float
) -> Plan:
    """Return the plan of bringing a version's values back; a parameter that it does not know keeps its value.

    Raises:
        ConfigError: it has a parameter that is not configured any more, or a value outside today's hard bounds.
        ConflictError: it lies outside the sliding bounds, and is not forced.
    """
    try:
        known = {name: config.specs.get(name).check(value) for name, value in values.items()}
    except ParameterError as error:
        raise ConfigError(f"version {version[:12]}: {error}; it cannot come back into force") from None
    request = ev.RollbackRequested(version=version, values=known, reason=reason, force=force)
    found, moves = _allowed(config, state, request, now)
    kept = [name for name in found if name not in known]
    what = f"bring version {version[:12]} back into force in every arm: {moves or 'the values that are in force now'}"
    new = f" ({', '.join(kept)} did not exist then and stays as it is)" if kept else ""
    return Plan(what + new + _aborted(state) + _before(state), request)


def deploying(
    config: Config, state: State, values: Values, reason: str, *, force: bool, now: float, gate: Gate
) -> Plan:
    """Return the plan of putting values in force without a canary; the golden cases are asked unless it is forced.

    Raises:
        ConfigError: an unknown parameter, or a value outside the hard bounds.
        ConflictError: nothing would change, it lies outside the sliding bounds, or golden cases fail.
    """
    request = ev.DeployRequested(values=_checked(config, values), reason=reason, force=force)
    found, moves = _allowed(config, state, request, now)
    golden = deploy.BYPASSED if force else deploy.proven(gate, found)
    if isinstance(golden, tuple):
        raise ConflictError(deploy.unproven(golden))
    what = f"put {moves} into force in every arm WITHOUT a canary (golden cases: {golden})"
    return Plan(what + _aborted(state) + _before(state), request)


def adjusting(config: Config, state: State, parameter: str, ends: tuple[float, float], reason: str) -> Plan:
    """Return the plan of other sliding bounds for a parameter. Raises ConfigError saying why they cannot be."""
    found = adjusted(config, state, parameter, ends, reason)
    if isinstance(found, str):
        raise ConfigError(found)
    old, new = f"{found.old_low:.6g} .. {found.old_high:.6g}", f"{found.low:.6g} .. {found.high:.6g}"
    effect = f"move the sliding bounds of {parameter} from {old} to {new}; they slide on from there"
    if state.cycle is not None:
        effect += f" (after cycle {state.cycle.number}, which is under way)"
    return Plan(effect, ev.BoundsAdjustRequested(parameter=parameter, low=found.low, high=found.high, reason=reason))


def _checked(config: Config, values: Values) -> Values:
    try:
        return {name: config.specs.get(name).check(value) for name, value in values.items()}
    except ParameterError as error:
        raise ConfigError(f"--set: {error}") from None


def _allowed(
    config: Config, state: State, request: ev.RollbackRequested | ev.DeployRequested, now: float
) -> tuple[Values, str]:
    """Return every parameter's value afterwards, and the moves in words. Raises ConflictError."""
    today = _with_bounds(config, replace(state, values=conformed(config, state.values)))
    found = deploy.allowed(config, today, request, now)
    if isinstance(found, str):
        raise ConflictError(found + _before(state))
    moves = [
        f"{name} {shown(today.values[name])} -> {shown(value)}"
        for name, value in found.items()
        if value != today.values[name]
    ]
    return found, ", ".join(moves)


def _assigned(values: Values) -> str:
    return ", ".join(f"{name} = {shown(value)}" for name, value in values.items())


def _canary(state: State) -> str:
    """Return the canary that is under way; empty without one."""
    cycle = state.cycle
    return cycle.canary.id if cycle is not None and cycle.canary is not None and cycle.phase == "canary" else ""


def _aborted(state: State) -> str:
    if state.cycle is None:
        return ""
    canary = _canary(state)
    return f"; cycle {state.cycle.number}{f' with canary {canary}' if canary else ''} is aborted first"


def _with_bounds(config: Config, state: State) -> State:
    """Return the state once the bounds that wait are in force, without those that cannot be."""
    for one, name in waiting(state):
        if not isinstance(adjusted(config, state, name, (one.low, one.high), one.reason), str):
            record = replace(state.bounds[name], bounds=Bounds(one.low, one.high), wanted=None)
            state = replace(state, bounds={**state.bounds, name: record})
    return state


def _before(state: State) -> str:
    """Return which bounds were asked for earlier and come before a rollback or a deployment; empty without any."""
    asked = [f"{name} {one.low:.6g} .. {one.high:.6g} (by {one.actor})" for one, name in waiting(state)]
    return f"; the sliding bounds that wait come into force before it: {', '.join(asked)}" if asked else ""
