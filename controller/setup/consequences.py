"""What another configuration will do, in words: to values in force, bounds, the canary, arms, the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from controller.config.config import Config
from controller.config.schedule import SCHEDULED
from controller.cycle.bounds import conforming
from controller.cycle.live import conformed, proposed_values
from controller.decide.schedule import next_after
from controller.journal.state import State
from controller.reload import news, refusal
from exporter.parameter import shown


def consequences(old: Config, new: Config, state: State, now: float) -> tuple[str, ...]:
    """Return what follows from going over from one configuration to another, one sentence each.

    Args:
        old: the one in force.
        new: the one to come.
        state: as the journal tells it; the empty one where there is no journal.
        now: unix seconds.
    """
    found = [*_controller(old, new), *_arms(old, new), *_parameters(old, new), *_values(new, state)]
    found += [f"sliding bounds of {due.parameter}: {due.reason}" for due in conforming(new, state) if state.values]
    return (*found, *_canary(old, new, state), *_schedule(old, new, now))


def _controller(old: Config, new: Config) -> Iterator[str]:
    if (why := refusal(old, new)) is not None:
        yield f"a running controller will not take it over: {why}"


def _arms(old: Config, new: Config) -> Iterator[str]:
    if old.service != new.service or old.canary.weights != new.canary.weights:
        yield "units are dealt into new arms: wait for canary.history before the next canary, or its noise is a mixture"


def _parameters(old: Config, new: Config) -> Iterator[str]:
    for name in [name for name in new.parameters if name not in old.parameters]:
        yield f"{name} is new: the service must know it first, for it refuses a live file with an unknown name"
    for name in [name for name in old.parameters if name not in new.parameters]:
        yield f"{name} is gone: the service must do without it first, for it refuses a live file that lacks a name"


def _values(new: Config, state: State) -> Iterator[str]:
    if not state.values:
        return
    for name, value in conformed(new, state.values).items():
        if name in state.values and state.values[name] != value:
            section = new.parameters[name]
            yield (
                f"{name} will be moved in every arm at once: {shown(state.values[name])}, in force, is outside "
                f"[{section.low:g}, {section.high:g}]; the nearest is {shown(value)}"
            )


def _canary(old: Config, new: Config, state: State) -> Iterator[str]:
    if state.cycle is None:
        return
    under_way = f"the canary of cycle {state.cycle.number}" if state.cycle.canary else f"cycle {state.cycle.number}"
    tried = proposed_values(state)
    if conformed(new, state.values) != state.values or conformed(new, tried) != tried:
        yield f"{under_way} will be aborted: its values are not allowed any more"
    elif news(old, new).ends_canary and state.phase == "canary":
        yield f"{under_way} will be aborted: {news(old, new).ends_canary}"
    elif old.canary != new.canary:
        yield f"{under_way} keeps the length, steps and weights that it began with"


def _schedule(old: Config, new: Config, now: float) -> Iterator[str]:
    for name in SCHEDULED:
        before, after = old.schedule.when(name), new.schedule.when(name)
        if before == after:
            continue
        at = next_after(after, now)
        when = "never by itself" if at is None else f"next at {datetime.fromtimestamp(at, UTC):%a %Y-%m-%d %H:%M} UTC"
        yield f"{name}: {after}, {when}"
