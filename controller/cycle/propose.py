"""Propose one bounded change, and validate it on the golden cases."""

from __future__ import annotations

from controller.cycle.context import Context, Step, ended
from controller.cycle.live import proposed_values
from controller.decide.proposal import Experience, Knob, Slope, propose
from controller.journal import event as ev
from exporter.metric import Direction
from exporter.parameters import ParameterError, Values


def proposing(context: Context) -> Step:
    """Return one bounded change with its predicted impact, or the end of the cycle when none is promising."""
    cycle, config, state = context.cycle, context.config, context.state
    if cycle.forced is not None:
        return _forced(context, cycle.forced)
    primary = config.judged[0].kpi
    sign = 1.0 if primary.direction is Direction.HIGHER else -1.0
    knobs = tuple(
        Knob(config.specs.get(name), section.step, Slope(section.prior.effect, section.prior.sd))
        for name, section in config.parameters.items()
    )
    experiences = tuple(
        Experience(
            item.parameter,
            item.delta / config.parameters[item.parameter].step,
            sign * item.effect,
            item.standard_error,
            context.now - item.at,
        )
        for item in state.effects
        if item.kpi == primary.name and item.parameter in config.parameters
    )
    proposal = propose(knobs, state.values, experiences)
    if proposal is None:
        return ended(cycle, "refused", "no single step is expected to help, even optimistically")
    low, high = sorted((sign * proposal.low, sign * proposal.high))
    move = proposal.change
    spec = config.specs.get(move.parameter)
    return Step(
        ev.Proposed(
            cycle=cycle.number,
            changes=(ev.Moved(parameter=move.parameter, old=spec.check(move.old), new=spec.check(move.new)),),
            predicted=(ev.Predicted(kpi=primary.name, effect=sign * proposal.effect, low=low, high=high),),
            rationale=proposal.rationale,
        )
    )


def _forced(context: Context, forced: Values) -> Step:
    cycle, state = context.cycle, context.state
    try:
        checked = {name: context.config.specs.get(name).check(value) for name, value in forced.items()}
    except ParameterError as error:
        return ended(cycle, "refused", f"the forced change is not possible: {error}")
    changes = tuple(
        ev.Moved(parameter=name, old=state.values[name], new=value)
        for name, value in checked.items()
        if value != state.values[name]
    )
    if not changes:
        return ended(cycle, "refused", "the forced change is no change: those values are in force")
    rationale = "forced by an operator: " + ", ".join(f"{m.parameter} {m.old:g} -> {m.new:g}" for m in changes)
    return Step(ev.Proposed(cycle=cycle.number, changes=changes, predicted=(), rationale=rationale))


def validating(context: Context) -> Step:
    """Return what the golden cases say, or the end of the cycle when they failed."""
    cycle = context.cycle
    if cycle.golden is not None:
        return ended(cycle, "refused", f"golden cases failed: {'; '.join(cycle.golden.failures)}")
    result = context.ports.gate.run(proposed_values(context.state))
    return Step(
        ev.Validated(
            cycle=cycle.number,
            passed=result.passed,
            cases=result.cases,
            seconds=result.seconds,
            failures=result.failures,
        )
    )
