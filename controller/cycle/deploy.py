"""An operator's rollbacks and deployments: values that come into force without a canary, or a refusal with its reason.

Hard bounds always hold. Unless it is forced, a change must also lie inside the present sliding bounds, and a deployment
must pass the golden cases; the values of an earlier version have been in force before and are not asked again. What one
change or one day may move limits the autopilot, not an operator.
"""

from __future__ import annotations

from controller.config.config import Config
from controller.counted import counted
from controller.cycle.bounds import refused
from controller.cycle.context import Context, Step, ended
from controller.cycle.live import uniform_live
from controller.journal import event as ev
from controller.journal.state import State
from controller.journal.state_ops import Wanted
from controller.ports import Gate
from exporter.parameter import shown
from exporter.parameters import ParameterError, Values

SOFT = ("sliding", "override")  # limits that an operator is held to unless he forces his change
BYPASSED = "not asked: forced"


def answer(context: Context, wanted: Wanted) -> Step:
    """Return what a request leads to: its refusal, else first the end of the cycle under way, then the new values."""
    done = _done(context, wanted)
    if isinstance(done, str):
        what = title(wanted.payload)
        return Step(ev.RequestRefused(request=wanted.seq, what=what, by=wanted.actor, reason=done))
    if context.state.cycle is not None:
        said = f"{title(wanted.payload)} by {wanted.actor}: {wanted.payload.reason}"
        return ended(context.state.cycle, "aborted", said)
    return Step(done)


def _done(context: Context, wanted: Wanted) -> ev.RolledBack | ev.Deployed | str:
    """Return the event that puts the values in force, or why they cannot be."""
    payload = wanted.payload
    values = allowed(context.config, context.state, payload, context.now)
    if isinstance(values, str):
        return values
    version, by = uniform_live(context.config, values).version, wanted.actor
    if isinstance(payload, ev.RollbackRequested):
        return ev.RolledBack(version=version, values=values, reason=payload.reason, request=wanted.seq, by=by)
    golden = BYPASSED if payload.force else proven(context.ports.gate, values)
    if isinstance(golden, tuple):
        return unproven(golden)
    return ev.Deployed(version=version, values=values, reason=payload.reason, request=wanted.seq, by=by, golden=golden)


def title(payload: ev.RollbackRequested | ev.DeployRequested) -> str:
    """Return what is asked for, in words."""
    if isinstance(payload, ev.RollbackRequested):
        return f"rollback to {payload.version[:12]}"
    values = ", ".join(f"{name} = {shown(value)}" for name, value in payload.values.items())
    return f"deployment of {values}"


def allowed(
    config: Config, state: State, payload: ev.RollbackRequested | ev.DeployRequested, now: float
) -> Values | str:
    """Return every parameter's value as a request leaves it at unix time `now`, or why it cannot be."""
    try:
        values = config.specs.check({**state.values, **payload.values}, title(payload))
    except ParameterError as error:
        return f"{error}; hard bounds hold whatever is forced"
    changes = {name: value for name, value in values.items() if value != state.values.get(name)}
    if not changes and isinstance(payload, ev.DeployRequested):
        return "those values are in force already"
    if payload.force:
        return values
    if reasons := [reason.text for reason in refused(config, state, changes, now) if reason.code in SOFT]:
        return f"{'; '.join(reasons)}; --force goes beyond sliding bounds"
    return values


def proven(gate: Gate, values: Values) -> str | tuple[str, ...]:
    """Return that the golden cases passed, in words, or how they failed."""
    result = gate.run(values)
    if not result.passed:
        return result.failures or ("they say nothing of what failed",)
    return (
        f"{counted(result.cases, 'case')} passed in {result.seconds:.2f} s" if result.cases else "none are configured"
    )


def unproven(failures: tuple[str, ...]) -> str:
    """Return why a deployment is refused whose golden cases failed."""
    return f"golden cases failed: {'; '.join(failures)}; --force goes past them"
