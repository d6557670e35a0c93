"""Apply the verdict: promote the proposed values to every arm, or keep the old ones everywhere."""

from __future__ import annotations

from controller.cycle.context import Context, Step, ended
from controller.cycle.live import proposed_values, uniform_live
from controller.journal import event as ev

ENDINGS = {
    "proceed": "promoted",
    "rollback": "rolled_back",
    "inconclusive": "inconclusive",
    "blind": "blind",
    "aborted": "aborted",
}


def applying(context: Context) -> Step:
    """Return the values that every arm gets now."""
    cycle, promoted = context.cycle, context.cycle.verdict == "proceed"
    values = proposed_values(context.state) if promoted else context.state.values
    return Step(
        ev.Applied(
            cycle=cycle.number,
            outcome="promoted" if promoted else "reverted",
            values=values,
            version=uniform_live(context.config, values).version,
        )
    )


def learning(context: Context) -> Step:
    """Return the end of the cycle; the effect itself was learnt by the fold of Measured."""
    cycle = context.cycle
    return ended(cycle, ENDINGS[cycle.verdict], "; ".join(cycle.reasons))
