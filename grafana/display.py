"""How values look: Grafana's unit ids, thresholds drawn from a KPI's band, colours and texts of states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exporter.metric import Direction, Kpi, Unit

GREEN, YELLOW, ORANGE, RED, BLUE, PURPLE, GREY = "green", "yellow", "orange", "red", "blue", "purple", "text"

UNITS = {
    Unit.RATIO: "percentunit",
    Unit.SECONDS: "s",
    Unit.NATS: "suffix: nats",
    Unit.COUNT: "short",
    Unit.TIMESTAMP: "dateTimeFromNow",
    Unit.NONE: "none",
}
PER_SECOND = "ops"
"""Unit of a counter's rate."""


@dataclass(frozen=True)
class Step:
    """A colour from a value on; `start` None is the base colour, from minus infinity."""

    start: float | None
    color: str


@dataclass(frozen=True)
class State:
    """What a number means in a state timeline."""

    value: int
    text: str
    color: str


PLAIN = (Step(None, GREEN),)


def band_steps(kpi: Kpi) -> tuple[Step, ...]:
    """Return thresholds at the edges of a KPI's band, red on the bad side; none when the catalog has no band.

    A lower edge of zero is the end of the scale and no threshold.
    """
    if kpi.band is None:
        return PLAIN
    low, high = kpi.band
    if kpi.direction is Direction.HIGHER:
        return (Step(None, RED), Step(low, GREEN))
    if kpi.direction is Direction.LOWER or low <= 0:
        return (Step(None, GREEN), Step(high, RED))
    return (Step(None, RED), Step(low, GREEN), Step(high, RED))


def states(values: tuple[str, ...], colors: dict[str, str]) -> tuple[State, ...]:
    """Return the states of a state set in the order of `query.state_code`. Raises KeyError: no colour."""
    return tuple(State(code, value, colors[value]) for code, value in enumerate(values))


def mappings(found: tuple[State, ...]) -> list[dict[str, Any]]:
    """Return Grafana's value mappings."""
    options = {
        str(state.value): {"text": state.text, "color": state.color, "index": index}
        for index, state in enumerate(found)
    }
    return [{"type": "value", "options": options}] if options else []


ALERT_STATES = (State(0, "quiet", GREEN), State(1, "pending", ORANGE), State(2, "firing", RED))
UP_STATES = (State(0, "down", RED), State(1, "up", GREEN))
PAUSE_STATES = (State(0, "running", GREEN), State(1, "paused", ORANGE))
CAUSE_STATES = (State(0, "no pause", GREEN), State(1, "in force", ORANGE))
HOLD_STATES = (State(0, "not held", GREEN), State(1, "held", ORANGE))
