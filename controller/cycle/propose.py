"""Propose one bounded change, and validate it on the golden cases."""

from __future__ import annotations

import numpy as np

from controller.adapters.answer import PrometheusError
from controller.cycle import knowledge
from controller.cycle.bounds import interval, refused, warnings
from controller.cycle.context import Context, Step, ended, held_by_prometheus
from controller.cycle.live import proposed_values
from controller.cycle.returning import returning
from controller.cycle.sight import Sight, enough, sight
from controller.decide.learner.candidates import Box
from controller.decide.learner.propose import Forecast, Proposal, propose
from controller.decide.learner.refusal import NoProposal
from controller.decide.learner.words import rationale
from controller.journal import event as ev
from exporter.parameters import ParameterError, Values


def proposing(context: Context) -> Step:
    """Return one bounded change with its predicted impact, or the end of the cycle when none is promising."""
    cycle = context.cycle
    if cycle.forced is not None:
        return _forced(context, cycle.forced)
    try:
        found = sight(context)
        return ended(cycle, "refused", found) if isinstance(found, str) else _chosen(context, found)
    except PrometheusError as error:
        return held_by_prometheus(context, error)


def _chosen(context: Context, found: Sight) -> Step:
    """Return the learner's proposal. Raises PrometheusError."""
    cycle, config, state = context.cycle, context.config, context.state
    what_for = knowledge.aim(config, found)
    known = knowledge.learner(config, state, context.now, {rail.kpi.name: rail.margin for rail in found.rails})
    knowledge.see_levels(context, known, what_for.errors)
    rng = np.random.default_rng([cycle.number])
    proposal = propose(known, state.values, _box(context), what_for, rng)
    if isinstance(proposal, NoProposal):
        return ended(cycle, "refused", _why_not(context, found, proposal) + _narrow(context))
    changes = {name: value for name, value in proposal.values.items() if value != state.values[name]}
    if reasons := refused(context.config, context.state, changes, context.now):
        return ended(cycle, "refused", "; ".join(reason.text for reason in reasons))
    return Step(_proposed(context, proposal, changes, rationale(proposal, state.values, known, what_for)))


def _box(context: Context) -> Box:
    """Return where a proposal may go now: hard and sliding bounds, overrides, and the limits of step and day."""
    intervals, choices = {}, {}
    for spec in context.config.specs.specs:
        allowed = interval(context, spec.name)
        if allowed is None:
            choices[spec.name] = spec.choices
        else:
            intervals[spec.name] = (allowed.low, allowed.high)
    return Box(intervals, choices, context.config.propose.parameters)


def _why_not(context: Context, found: Sight, nothing: NoProposal) -> str:
    """Return why nothing is proposed, with what would help where something would. Raises PrometheusError."""
    if nothing.hoped is None:
        return nothing.reason
    config = context.config
    primary = config.judged[0].kpi.name
    return (
        f"{nothing.reason}: a canary of {config.canary.duration:g} s detects an effect of "
        f"{found.detectable[primary]:.3g} on {primary}, but at most {nothing.hoped:.3g} is expected; "
        f"{enough(context, nothing.hoped)}"
    )


def _narrow(context: Context) -> str:
    """Return as a clause that the way back from a pause leaves little room; empty when it does not."""
    stage = returning(context.config, context.state, context.now)
    if stage.over:
        return ""
    return f"; on the way back from a pause for drift, proposals have {stage.fraction:.0%} of their room"


def _proposed(context: Context, proposal: Proposal, changes: Values, why: str) -> ev.Proposed:
    check = {name: context.config.specs.get(name).check for name in changes}
    return ev.Proposed(
        cycle=context.cycle.number,
        changes=tuple(
            ev.Moved(parameter=name, old=check[name](context.state.values[name]), new=check[name](value))
            for name, value in changes.items()
        ),
        predicted=tuple(_predicted(one) for one in proposal.forecasts),
        rationale=why,
        chance=proposal.chance,
    )


def _predicted(one: Forecast) -> ev.Predicted:
    return ev.Predicted(
        kpi=one.kpi,
        effect=one.effect,
        low=one.low,
        high=one.high,
        true_low=one.true_low,
        true_high=one.true_high,
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
    rationale = "forced by an operator: " + ", ".join(move.text for move in changes) + warnings(context, checked)
    return Step(ev.Proposed(cycle=cycle.number, changes=changes, predicted=(), rationale=rationale))


def validating(context: Context) -> Step:
    """Return what the golden cases say, or the end of the cycle when they failed."""
    cycle = context.cycle
    if cycle.golden is not None:
        return ended(cycle, "refused", f"golden cases failed: {'; '.join(cycle.golden.failures)}")
    if cycle.bypass:
        passed = ev.Validated(cycle=cycle.number, passed=True, cases=0, seconds=0.0, failures=(), bypassed=cycle.bypass)
        return Step(passed)
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
