"""State -> the live parameter document. A pure function: nothing else decides what the service reads."""

from __future__ import annotations

from collections.abc import Mapping

from controller.config.config import Config
from controller.journal.state import State
from controller.journal.state_canary import CanaryState
from exporter import names
from exporter.parameters import LiveParameters, ParameterSpec, Value, Values, uniform


def uniform_live(config: Config, values: Values) -> LiveParameters:
    """Return the document in which every arm has the same values."""
    return uniform(values, config.service, configured_weights(config))


def configured_weights(config: Config) -> dict[str, float]:
    """Return the arms' shares that are configured: those of the A/A state, and of a canary without steps."""
    return {arm: config.canary.weights[arm] for arm in names.ARMS}


def shares(weight: float) -> dict[str, float]:
    """Return the arms' shares when the canary arm has `weight` (0 < weight <= 0.5) of the units; they sum to 1.

    The baseline is as large as the canary, as long as control stays at least as large as the baseline. Canary comes
    first in a unit's hash range (LiveParameters.arm_of), so a canary that grows keeps every unit that it has.
    """
    baseline = min(weight, (1 - weight) / 2)
    return {names.CANARY: weight, names.BASELINE: baseline, names.CONTROL: round(1 - weight - baseline, 12)}


def weights_in_force(config: Config, canary: CanaryState | None) -> dict[str, float]:
    """Return the arms' shares while a canary runs: its own, as the journal has them, whatever is configured by now."""
    if canary is not None and canary.ladder and canary.steps:
        return shares(canary.steps[-1].weight)
    if canary is not None and canary.weights:
        return {arm: canary.weights[arm] for arm in names.ARMS}
    return configured_weights(config)


def proposed_values(state: State) -> Values:
    """Return the values in force with the cycle's changes applied."""
    changes = state.cycle.changes if state.cycle else ()
    return {**state.values, **{move.parameter: move.new for move in changes}}


def conformed(config: Config, values: Values) -> Values:
    """Return the values that the configuration allows: nearest inside the bounds, the default of what is new."""
    found: Values = {}
    for spec in config.specs.specs:
        found[spec.name] = _nearest(spec, values.get(spec.name, spec.default))
    return found


def _nearest(spec: ParameterSpec, value: Value) -> Value:
    """Return the nearest value that a parameter may have; its default instead of a text that it does not know."""
    if spec.kind == "choice" or isinstance(value, str):
        return value if value in spec.choices else spec.check(spec.default)
    inside = min(max(value, spec.low), spec.high)
    return spec.check(round(inside) if spec.kind == "int" else inside)


def desired_live(config: Config, state: State, now: float, *, held: bool = False) -> LiveParameters:
    """Return the live document that a state asks for; `held` or in an emergency, all arms have the values in force."""
    canary = state.cycle.canary if state.cycle else None
    if held or state.emergency or canary is None or not canary.running or canary.expires_at is None:
        return uniform_live(config, state.values).renewed(expires_at=None, written_at=now)
    live = canary_live(config, state, canary.id, weights_in_force(config, canary))
    return live.renewed(expires_at=canary.expires_at, written_at=now)


def canary_live(config: Config, state: State, canary: str, weights: Mapping[str, float]) -> LiveParameters:
    """Return the document in which the canary arm has the proposed values, without a lease yet."""
    base = uniform_live(config, state.values)
    arms = {**base.arms, names.CANARY: proposed_values(state)}
    return LiveParameters(arms, {arm: weights[arm] for arm in names.ARMS}, base.salt, canary)


def note(state: State) -> str:
    """Return why the document in force is what it is; it stands beside the version in history."""
    if state.cycle is not None and state.cycle.canary is not None and state.cycle.canary.running:
        return f"cycle {state.cycle.number}: canary: {state.cycle.rationale}"
    if state.cycle is not None and state.cycle.outcome:
        return f"cycle {state.cycle.number}: {state.cycle.outcome}: {'; '.join(state.cycle.reasons)}"
    if state.word:
        return state.word
    return "in force before any change" if not state.outcomes else f"after cycle {state.cycles}: {state.last_reason}"
