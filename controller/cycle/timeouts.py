"""Time limits of a cycle's steps: `schedule.timeouts`. The canary has deadlines of its own, measuring ends itself."""

from __future__ import annotations

from controller.cycle.context import Context, Step, ended

LIMITED = ("observing", "analysing", "proposing", "validating")


def overrun(context: Context, spent: float = 0.0) -> Step | None:
    """Return the end of a cycle whose step has lasted for longer than it may, None while it may go on.

    Args:
        context: what the step sees; between cycles nothing can last too long.
        spent: seconds that the step under way has taken since `context.now`.
    """
    cycle = context.state.cycle
    if cycle is None or cycle.phase not in LIMITED:
        return None
    limit = float(getattr(context.config.schedule.timeouts, cycle.phase))
    lasted = context.now + spent - cycle.phase_since
    if lasted <= limit:
        return None
    reason = f"{cycle.phase} lasted {lasted:.0f} s, schedule.timeouts.{cycle.phase} allows {limit:g} s"
    if cycle.hold is not None:
        reason += f"; it waited: {cycle.hold.reason}"
    return ended(cycle, "failed", reason)
