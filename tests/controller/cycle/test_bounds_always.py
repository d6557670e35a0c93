"""Whatever happens to a parameter, its sliding bounds keep their promises: a machine of random histories."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from controller.cycle import bounds
from controller.cycle.context import Context
from controller.cycle.standing import standings
from controller.journal import event as ev
from controller.journal.fold import fold
from controller.journal.state import State
from controller.ports import Ports
from tests.controller.journal.events import events
from tests.controller.world import BEGIN, GOOD, SETTINGS, MemoryStore, ScriptedEvidence, ScriptedGate, configuration

DAY = 86400.0
TINY = 1e-9
PRICES = st.floats(0.5, 1.5)
BATCHES = st.integers(1, 9)
SHARES = st.sampled_from([0.02, 0.1, 0.5, 1.0])


def configured(floor: float, limit: float | None) -> Any:
    price = {**SETTINGS["parameters"]["price"], "daily_limit": limit, "bounds": {"low": 0.7, "high": 1.2}}
    parameters = {"price": price, "batch": SETTINGS["parameters"]["batch"]}
    return configuration(parameters=parameters, bounds={"floor": floor})


CONFIGS = [configured(0.1, 0.1), configured(0.5, None)]
NARROW = configuration(
    parameters={
        "price": {**SETTINGS["parameters"]["price"], "low": 0.9, "high": 1.1},
        "batch": {**SETTINGS["parameters"]["batch"], "low": 3, "high": 6},
    }
)


class Histories(RuleBasedStateMachine):
    """Events in any order, and what the controller makes of them."""

    def __init__(self) -> None:
        super().__init__()
        self.config = CONFIGS[0]
        self.now = BEGIN
        self.state = State()
        self.cycles = 0
        self.append(ev.Adopted(values={"price": 1.0, "batch": 5}, version="v", source="defaults"))

    def append(self, payload: Any) -> None:
        at = max(self.now, self.state.last_at)
        self.state = fold(self.state, events(payload, at=at, seq=self.state.seq))

    def context(self) -> Context:
        ports = Ports(ScriptedEvidence(self.config.judged, dict(GOOD)), ScriptedGate(), MemoryStore(self.config.specs))
        return Context(self.config, ports, self.state, self.now)

    @rule(days=st.sampled_from([0.001, 0.3, 1.0, 8.0, 40.0]))
    def time_passes(self, days: float) -> None:
        self.now += days * DAY

    @rule(days=st.floats(-30, 30))
    def the_clock_jumps(self, days: float) -> None:
        self.now += days * DAY

    @rule(
        outcome=st.sampled_from(["promoted", "rolled_back", "rolled_back", "rolled_back", "inconclusive", "aborted"]),
        price=PRICES,
        batch=st.none() | BATCHES,
    )
    def a_cycle_ends(self, outcome: str, price: float, batch: int | None) -> None:
        self.cycles += 1
        new: dict[str, Any] = {"price": price} | ({} if batch is None else {"batch": batch})
        new = {name: self.inside(name, value) for name, value in new.items()}
        moved = tuple(ev.Moved(parameter=name, old=self.state.values[name], new=x) for name, x in new.items())
        self.append(ev.CycleStarted(cycle=self.cycles, trigger="operator"))
        self.append(ev.Proposed(cycle=self.cycles, changes=moved, predicted=(), rationale=""))
        values = {**self.state.values, **new} if outcome == "promoted" else self.state.values
        applied: Any = "promoted" if outcome == "promoted" else "reverted"
        self.append(ev.Applied(cycle=self.cycles, outcome=applied, values=values, version="v"))
        self.append(ev.CycleEnded(cycle=self.cycles, outcome=outcome, reason=""))

    @rule(price=PRICES)
    def good_weeks_pass(self, price: float) -> None:
        for fingerprint in list(self.state.incidents):
            self.append(ev.AlertResolved(fingerprint=fingerprint, alert="A", source="alertmanager"))
        self.a_cycle_ends("promoted", price, None)
        self.now = max(self.now, self.state.last_at) + 30 * DAY
        self.the_controller_is_idle()

    def inside(self, name: str, value: Any) -> Any:
        section = self.config.parameters[name]
        return type(value)(min(max(value, section.low), section.high))

    @rule(price=PRICES, batch=BATCHES)
    def an_operator_rolls_back(self, price: float, batch: int) -> None:
        values = {"price": self.inside("price", price), "batch": self.inside("batch", batch)}
        self.append(ev.RolledBack(version="v", values=values, reason=""))

    @rule(
        low=st.floats(0, 2), width=st.floats(-0.1, 1), days=st.floats(-1, 3), name=st.sampled_from(["price", "batch"])
    )
    def an_operator_overrides(self, low: float, width: float, days: float, name: str) -> None:
        until = self.now + days * DAY
        ask = ev.BoundsOverrideRequested(parameter=name, low=low, high=low + width, until=until, reason="")
        self.append(ask)

    @rule()
    def an_operator_clears(self) -> None:
        self.append(ev.BoundsOverrideCleared(parameter="price", reason=""))

    @rule(number=st.integers(0, 2))
    def an_incident_begins(self, number: int) -> None:
        self.append(ev.AlertFiring(fingerprint=str(number), alert="A", labels={}, summary="", starts_at=""))

    @rule(number=st.integers(0, 2))
    def an_incident_ends(self, number: int) -> None:
        self.append(ev.AlertResolved(fingerprint=str(number), alert="A", source="alertmanager"))

    @rule(config=st.sampled_from([*CONFIGS, NARROW]))
    def the_configuration_changes(self, config: Any) -> None:
        self.config = config
        values = {name: self.inside(name, value) for name, value in self.state.values.items()}
        self.append(ev.Adopted(values=values, version="v", source="changed configuration"))
        for payload in bounds.conforming(self.config, self.state):
            self.append(payload)

    @precondition(lambda self: self.now >= self.state.last_at)
    @rule()
    def the_controller_is_idle(self) -> None:
        for _ in range(12):  # each kind of adjustment at most once per parameter, then silence
            found = bounds.adjusting(self.context())
            if found is None:
                return
            self.check(found)
            self.append(found)
        raise AssertionError("adjusts without end")

    def check(self, found: ev.BoundsAdjusted) -> None:
        """Check one adjustment: it goes one way, by no more than it may."""
        section = self.config.parameters[found.parameter]
        if found.adjustment != "overridden":
            assert section.low <= found.low <= found.high <= section.high
        width, old = found.high - found.low, found.old_high - found.old_low
        if found.adjustment == "expanded":
            assert found.low <= found.old_low
            assert found.high >= found.old_high
            assert old < width <= old * 1.05 * (1 + TINY)
        elif found.adjustment == "contracted":
            assert found.low >= found.old_low - TINY
            assert found.high <= found.old_high + TINY
            assert old * 0.75 * (1 - TINY) <= width < old
        assert found.reason

    @invariant()
    def bounds_keep_their_promises(self) -> None:
        for found in standings(self.config, self.state):
            box, hard, value = found.sliding.bounds, found.frame.hard, found.frame.value
            assert hard.low <= box.low <= value <= box.high <= hard.high
            assert box.width >= found.frame.least * (1 - 1e-6)
            allowed = bounds.interval(self.context(), found.name)
            assert allowed is not None
            assert hard.low <= allowed.low <= value <= allowed.high <= hard.high
            override = found.override(self.now)
            within = override.bounds if override is not None else box
            if allowed.room:
                assert within.low - TINY <= allowed.low
                assert allowed.high <= within.high + TINY
                assert allowed.high - allowed.low <= 2 * found.settings.max_step + TINY
            if override is not None and not override.bounds.holds(value):
                assert not allowed.room


Histories.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestHistories = Histories.TestCase
