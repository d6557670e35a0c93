"""Whether a controller is alive, ready, and at its best. Pure: times are seconds of a monotonic clock.

* alive: its step loop moves. If not, nothing but a restart helps, and a restart is always safe.
* ready: it owns the journal, its last step is recent and went well, and what the service reads is what it decided.
* degraded: it does its work, but something that it needs for a cycle is not there (Prometheus), or its last reload was
  refused. A controller without Prometheus still guards: canaries end, pauses and rollbacks work, nothing new is tried.
"""

from __future__ import annotations

from dataclasses import dataclass

from controller.config.config import Config

RECENT = 60.0  # seconds that a step may take beside its queries and the golden cases
HUNG = 5.0  # times the longest step that is thinkable, after which the loop is taken for dead


@dataclass(frozen=True)
class Pulse:
    """What the step loop last did.

    Attributes:
        beat_at: when its last step ended, or the loop was made.
        step_since: when the step under way began, None between steps.
        held: why the last step failed; empty when it did not.
        stopping: whether it was told to stop.
    """

    beat_at: float
    step_since: float | None = None
    held: str = ""
    stopping: bool = False


@dataclass(frozen=True)
class Health:
    """Reasons against; none is good."""

    dead: str | None
    unready: tuple[str, ...]
    degraded: tuple[str, ...]


def patience(config: Config, phase: str) -> float:
    """Return for how long a step in that phase may take, in seconds, as far as is known beforehand."""
    prometheus, golden = config.prometheus, config.golden
    query = 2 * prometheus.timeout * (prometheus.retries + 1)
    gate = golden.timeout if golden is not None and phase == "validating" else 0.0
    return RECENT + query + gate


def unready(pulse: Pulse, now: float, allowed: float, *, owner: bool, live: str | None) -> tuple[str, ...]:
    """Return why a controller is not ready.

    Args:
        pulse: of its step loop.
        now: seconds of the pulse's clock.
        allowed: seconds since the last step after which that is not recent.
        owner: whether it owns the journal.
        live: what is wrong with the live parameter file, None when nothing is.
    """
    found = []
    if pulse.stopping:
        found.append("it is stopping")
    if not owner:
        found.append("another controller owns the journal, or this one could not renew its lease")
    if (age := now - pulse.beat_at) > allowed:
        found.append(f"its last step ended {age:.0f} s ago, {allowed:.0f} s are allowed")
    if pulse.held:
        found.append(f"held: {pulse.held}")
    if live is not None:
        found.append(live)
    return tuple(found)


def dead(pulse: Pulse, now: float, allowed: float) -> str | None:
    """Return why a controller must be taken for dead, None while it moves."""
    age, limit = now - pulse.beat_at, HUNG * allowed
    return f"no step has ended for {age:.0f} s (limit {limit:.0f} s): restart the controller" if age > limit else None
