"""No sequence of commands moves a live value outside the hard limits: everything that may come from outside, at random.

Beside what `test_autopilot.Anything` does (requests with plain values, orders, alerts, a service that reacts, time that
jumps, a full disk, restarts), whoever is outside here gives every command of the journal's vocabulary, with values that
are no numbers, no known parameters, or far away; edits the configuration (narrower hard bounds, others, one parameter
more or less) with and without a restart; kills the controller between an event and the live file; and starts a second
one. After every single command must hold: what is live is inside the hard bounds in force and stands in history; in an
emergency all arms are equal; every request is answered once or still waits; the journal alone tells the state.

VVTV_COMMANDS=N plays N sequences instead of the few that are played each time.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from pydantic import ValidationError

from controller import reload
from controller.config.config import Config
from controller.errors import ConfigError, FencedError
from controller.journal import event as ev
from controller.journal.event import Payload
from exporter.parameter import number
from exporter.parameters import ParameterError, parse
from tests.controller.test_autopilot import Anything
from tests.controller.world import SETTINGS, Killed, configuration

CANARY: dict[str, Any] = {"steps": [0.1, 0.3], "ask_when_inconclusive": 20}
_PRICE, _BATCH = SETTINGS["parameters"]["price"], SETTINGS["parameters"]["batch"]
_NARROW = {**_PRICE, "low": 0.9, "high": 1.1}
_HIGHER = {**_PRICE, "low": 1.2, "high": 3.0, "default": 2.0}
_COLOUR = {"kind": "choice", "choices": ["red", "blue"], "default": "red"}


def _config(**parameters: dict[str, Any]) -> Config:
    return configuration(canary=CANARY, drift={"pause": 60, "failures": {"row": 1}}, parameters=parameters)


CONFIGS = (
    _config(price=_PRICE, batch=_BATCH),
    _config(price=_NARROW, batch=_BATCH),
    _config(price=_HIGHER, batch={**_BATCH, "low": 2, "high": 4, "default": 3}),
)
NUMBERS = st.one_of(st.floats(), st.integers(-(10**400), 10**400), st.sampled_from([0.9, 1.0, 1.3, 2.0, 3, 4]))
WILD = st.one_of(NUMBERS, st.text(max_size=5), st.booleans())
VALUES = st.dictionaries(st.sampled_from(["price", "batch", "colour", "prise", ""]), WILD, max_size=3)
TIMES = st.one_of(st.floats(), st.sampled_from([1_000_010.0, 1_000_100.0, 0.0]))
NAMES = st.sampled_from(["price", "batch", "prise"])
JOBS = st.sampled_from(["triage", "upkeep", "cycle", "../x"])
REQUESTS = (
    *(ev.CanaryApproved, ev.CanaryRejected, ev.CanaryAborted),
    *(ev.RollbackRequested, ev.DeployRequested, ev.BoundsAdjustRequested),
)


class Commands(Anything):
    """Operators and a configuration that do what they like, on top of everything else."""

    def __init__(self) -> None:
        super().__init__()
        self.turn_to(CONFIGS[0])
        self.autopilot = self.world.controller()

    def turn_to(self, config: Config) -> None:
        """Edit the configuration; what it does not allow is no live document for it, as for the real store."""
        self.world.config, self.world.live.specs = config, config.specs
        try:
            parse(self.world.live.text or "", config.specs)
        except ParameterError:
            self.world.live.text = None

    def give(self, kind: type[Any], **given: Any) -> None:
        """Give a command, unless it cannot even be written down."""
        before = len(self.world.read())
        try:
            payload: Payload = kind(**given)
            self.world.submit(payload)
        except (ValidationError, ConfigError):
            assert len(self.world.read()) == before

    @rule(values=VALUES, force=st.booleans())
    def deploy_anything(self, values: dict[str, Any], *, force: bool) -> None:
        self.give(ev.DeployRequested, values=values, reason="any", force=force)

    @rule(values=VALUES, force=st.booleans())
    def roll_back_to_anything(self, values: dict[str, Any], *, force: bool) -> None:
        self.give(ev.RollbackRequested, version="0" * 64, values=values, reason="any", force=force)

    @rule(values=st.none() | VALUES, force=st.booleans())
    def ask_for_anything(self, values: dict[str, Any] | None, *, force: bool) -> None:
        self.give(ev.CycleRequested, forced=values, reason="any", force=force)

    @rule(until=TIMES)
    def pause_until(self, until: float) -> None:
        self.give(ev.PauseRequested, reason="any", until=until)

    @rule()
    def stop_everything_and_wait(self) -> None:
        self.give(ev.EmergencyPauseRequested, reason="any")

    @rule(name=NAMES, low=NUMBERS, high=NUMBERS)
    def adjust_bounds(self, name: str, low: float, high: float) -> None:
        self.give(ev.BoundsAdjustRequested, parameter=name, low=low, high=high, reason="any")

    @rule(name=NAMES, low=NUMBERS, high=NUMBERS, until=TIMES)
    def override_bounds(self, name: str, low: float, high: float, until: float) -> None:
        self.give(ev.BoundsOverrideRequested, parameter=name, low=low, high=high, until=until, reason="any")

    @rule(name=NAMES)
    def clear_bounds(self, name: str) -> None:
        self.give(ev.BoundsOverrideCleared, parameter=name, reason="any")

    @rule(job=JOBS)
    def ask_for_a_job(self, job: str) -> None:
        self.give(ev.JobRequested, job=job, reason="any")

    @rule(config=st.sampled_from(CONFIGS), restarted=st.booleans())
    def edit_the_configuration(self, config: Config, *, restarted: bool) -> None:
        old = self.autopilot.config
        self.turn_to(config)
        if restarted:
            self.autopilot = self.world.controller()
        else:
            self.autopilot.reconfigure(config, self.autopilot.ports, reload.news(old, config))
            self.world.step(self.autopilot)

    @rule()
    def kill_before_the_live_file(self) -> None:
        self.world.live.kill = True
        try:
            for _ in range(10):
                self.world.step(self.autopilot)
        except Killed:
            self.autopilot = self.world.controller()
        self.world.live.kill = False

    @precondition(lambda self: self.world.live.full == 0)
    @rule()
    def start_another(self) -> None:
        old, self.autopilot = self.autopilot, self.world.controller()
        before = self.world.live.text, len(self.world.read())
        with pytest.raises(FencedError):
            old.step(self.world.now)
        assert (self.world.live.text, len(self.world.read())) == before

    @invariant()
    def live_is_inside_bounds_and_in_history(self) -> None:
        """Hold the live document against the configuration in force, and the state's pauses."""
        live = self.world.live.require()
        for values in live.arms.values():
            for name, section in self.autopilot.config.parameters.items():
                assert section.low <= number(values, name) <= section.high
        assert set(live.arms["control"]) == set(self.autopilot.config.parameters)
        assert live.arms["baseline"] == live.arms["control"]
        if self.autopilot.state.emergency:
            assert live.canary is None
        if live.canary is None:
            assert live.arms["canary"] == live.arms["control"]

    @invariant()
    def every_order_is_answered_once_or_still_waits(self) -> None:
        """Hold what was asked for against its answers; of several wishes for one parameter's bounds the last counts."""
        events, state = self.world.read(), self.world.state()
        numbers = [getattr(event.payload, "request", None) for event in events]
        answers = [seq for seq in numbers if seq is not None]
        waiting = {order.seq for order in state.orders} | {wanted.seq for wanted in state.wanted}
        waiting |= {record.wanted.seq for record in state.bounds.values() if record.wanted is not None}
        asked = {event.seq for event in events if isinstance(event.payload, REQUESTS)}
        wishes = {event.seq for event in events if isinstance(event.payload, ev.BoundsAdjustRequested)}
        assert len(set(answers)) == len(answers)
        assert not waiting & set(answers)
        assert waiting | set(answers) <= asked
        assert asked - wishes <= waiting | set(answers)


EXAMPLES = int(os.environ.get("VVTV_COMMANDS", "20"))
Commands.TestCase.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestCommands = pytest.mark.slow(pytest.mark.timeout(0 if EXAMPLES > 100 else 300)(Commands.TestCase))
