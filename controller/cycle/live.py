"""State -> the live parameter document. A pure function: nothing else decides what the service reads."""

from __future__ import annotations

from controller.config import Config
from controller.journal.state import State
from exporter import names
from exporter.parameters import LiveParameters, Values, uniform


def uniform_live(config: Config, values: Values) -> LiveParameters:
    """Return the document in which every arm has the same values."""
    return uniform(values, config.service, {arm: config.canary.weights[arm] for arm in names.ARMS})


def proposed_values(state: State) -> Values:
    """Return the values in force with the cycle's changes applied."""
    changes = state.cycle.changes if state.cycle else ()
    return {**state.values, **{move.parameter: move.new for move in changes}}


def conformed(config: Config, values: Values) -> Values:
    """Return the values that the configuration allows: nearest inside the bounds, the default of what is new."""
    found: Values = {}
    for spec in config.specs.specs:
        value = min(max(values.get(spec.name, spec.default), spec.low), spec.high)
        found[spec.name] = spec.check(round(value) if spec.kind == "int" else value)
    return found


def desired_live(config: Config, state: State, now: float, *, held: bool = False) -> LiveParameters:
    """Return the live document that a state asks for; while `held`, all arms have the values in force."""
    base = uniform_live(config, state.values).renewed(expires_at=None, written_at=now)
    canary_state = state.cycle.canary if state.cycle else None
    if held or canary_state is None or not canary_state.running or canary_state.expires_at is None:
        return base
    arms = {**base.arms, names.CANARY: proposed_values(state)}
    return LiveParameters(
        arms=arms,
        weights=base.weights,
        salt=base.salt,
        canary=canary_state.id,
        expires_at=canary_state.expires_at,
        written_at=now,
    )


def note(state: State) -> str:
    """Return why the document in force is what it is; it stands beside the version in history."""
    if state.cycle is not None and state.cycle.canary is not None and state.cycle.canary.running:
        return f"cycle {state.cycle.number}: canary: {state.cycle.rationale}"
    if state.cycle is not None and state.cycle.outcome:
        return f"cycle {state.cycle.number}: {state.cycle.outcome}: {'; '.join(state.cycle.reasons)}"
    return "in force before any change" if not state.outcomes else f"after cycle {state.cycles}: {state.last_reason}"


def desired_canary_version(config: Config, state: State, canary: str) -> str:
    """Return the version that the live document will have while this canary runs."""
    base = uniform_live(config, state.values)
    arms = {**base.arms, names.CANARY: proposed_values(state)}
    return LiveParameters(arms, base.weights, base.salt, canary).version
