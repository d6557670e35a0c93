"""One controller on one journal: killed at every step, fenced, on a full disk, under a clock that jumps."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from controller.adapters.answer import UnreachableError
from controller.autopilot import Autopilot
from controller.errors import ConflictError, FencedError, IntegrityError, StorageError
from controller.journal import event as ev
from controller.journal.state import State
from controller.journal.store import Journal
from exporter.parameter import number
from exporter.parameters import Values
from tests.controller.world import BAD, GOOD, Killed, World, configuration, worlds

EFFECTS = {"promoted": GOOD, "rolled_back": BAD}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a world of this test's own."""
    yield from worlds(tmp_path)


def _whole(folder: Path, outcome: str) -> World:
    """Return a world in which one cycle ran without any accident."""
    folder.mkdir()
    world = World(folder)
    world.evidence.effects = dict(EFFECTS[outcome])
    autopilot = world.controller()
    world.request(price=1.2)
    assert world.to_end(autopilot).outcome == outcome
    return world


def _same_end(world: World, whole: World) -> None:
    """Check that a cycle ended as it does without accidents."""
    decided, ended = world.events(ev.Decided), world.events(ev.CycleEnded)
    assert decided == whole.events(ev.Decided)
    assert ended == whole.events(ev.CycleEnded)
    assert len(world.events(ev.Applied)) == len(world.events(ev.Measured)) == len(world.events(ev.CanaryStarted)) == 1
    assert world.live.require().version == whole.live.require().version
    assert set(world.live.history) == set(whole.live.history)
    assert world.journal.verify() == len(world.read())
    assert repr(world.events(ev.CanaryLooked)) == repr(whole.events(ev.CanaryLooked))  # no restart costs or adds a look


@pytest.mark.parametrize("between", [False, True], ids=["after the live file", "before the live file"])
@pytest.mark.parametrize("outcome", EFFECTS)
def test_a_controller_killed_after_every_single_append_ends_the_cycle_as_if_it_were_not(
    tmp_path: Path, outcome: str, *, between: bool
) -> None:
    whole, world = _whole(tmp_path / "whole", outcome), World(tmp_path)
    world.evidence.effects = dict(EFFECTS[outcome])
    autopilot, killed = world.controller(), 0
    world.request(price=1.2)
    while not world.events(ev.CycleEnded):
        seq = autopilot.state.seq
        world.live.kill = between
        try:
            world.step(autopilot)
        except Killed:
            killed += 1
            autopilot = world.controller()
        world.live.kill = False
        if autopilot.state.seq != seq:
            killed += 1
            autopilot = world.controller()
    _same_end(world, whole)
    steps = len(whole.read()) - len(("controller_started", "adopted", "config_loaded", "cycle_requested"))
    assert killed >= steps
    whole.close()
    world.close()


@pytest.mark.parametrize("between", [False, True], ids=["after the live file", "before the live file"])
@pytest.mark.parametrize("outcome", EFFECTS)
def test_a_controller_killed_once_at_any_step_ends_the_cycle_as_if_it_were_not(
    tmp_path: Path, outcome: str, *, between: bool
) -> None:
    whole = _whole(tmp_path / "whole", outcome)
    last = len(whole.read())
    for victim in range(4, last):
        folder = tmp_path / str(victim)
        folder.mkdir()
        world = World(folder)
        world.evidence.effects = dict(EFFECTS[outcome])
        autopilot = world.controller()
        world.request(price=1.2)
        world.drive(autopilot, lambda state, at=victim - 1: state.seq >= at)  # type: ignore[misc]
        world.live.kill = between
        try:
            world.drive(autopilot, lambda state, at=victim: state.seq >= at)  # type: ignore[misc]
        except Killed:
            assert between
        world.live.kill = False
        restarted = world.controller()
        if restarted.state.cycle is not None:
            world.to_end(restarted)
        _same_end(world, whole)
        world.close()
    whole.close()


@pytest.mark.parametrize("outcome", EFFECTS)
def test_a_controller_killed_for_longer_than_the_lease_reaches_the_same_verdict(tmp_path: Path, outcome: str) -> None:
    world = World(tmp_path)
    world.evidence.effects = dict(EFFECTS[outcome])
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.now += 25
    assert world.live.require().expired(world.now)
    autopilot = world.controller()
    assert world.to_end(autopilot).outcome == outcome
    assert len(world.events(ev.Decided)) == 1
    world.close()


def test_the_first_start_adopts_defaults_and_writes_them(world: World) -> None:
    world.controller()
    adopted = world.events(ev.Adopted)[0]
    assert (adopted.values, adopted.source) == ({"price": 1.0, "batch": 5}, "defaults")
    assert world.live.require().version == adopted.version


def test_a_journal_that_is_new_adopts_the_control_values_of_the_live_file(tmp_path: Path) -> None:
    whole = _whole(tmp_path / "whole", "promoted")
    world = World(tmp_path)
    world.live.text = whole.live.text
    world.controller()
    adopted = world.events(ev.Adopted)[0]
    assert (adopted.values, adopted.source) == ({"price": 1.2, "batch": 5}, "live file")
    whole.close()
    world.close()


def _narrower() -> dict[str, dict[str, Any]]:
    batch = {"kind": "int", "low": 1, "high": 9, "default": 5, "step": 2, "prior": {"effect": 0, "sd": 0.01}}
    price = {"low": 0.5, "high": 1.1, "default": 1.0, "step": 0.1, "prior": {"effect": 0.02, "sd": 0.04}}
    colour = {"low": 0, "high": 1, "default": 0.25, "step": 0.1, "prior": {"effect": 0.0, "sd": 0.01}}
    return {"price": price, "batch": batch, "colour": colour}


def test_bounds_that_became_narrower_and_parameters_that_are_new_are_taken_over_at_the_next_start(
    tmp_path: Path,
) -> None:
    world = _whole(tmp_path / "whole", "promoted")
    config = configuration(parameters=_narrower())
    world.live.specs = config.specs
    world.live.text = None  # what stands there is none of the new configuration's documents
    autopilot = world.controller(config)
    assert autopilot.state.values == {"price": 1.1, "batch": 5, "colour": 0.25}
    assert world.live.require().arms["control"] == autopilot.state.values
    assert world.events(ev.Adopted)[1].source == "changed configuration"
    assert world.live.history[autopilot.state.version] == "adopted from the changed configuration"
    world.request(colour=0.5)
    assert world.to_end(autopilot).outcome == "promoted"
    world.close()


def test_a_canary_that_the_new_configuration_does_not_allow_is_aborted(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    config = configuration(parameters=_narrower())
    world.live.specs = config.specs
    world.live.text = None
    autopilot = world.controller(config)
    assert autopilot.state.cycle is None
    assert world.events(ev.CycleEnded)[0].outcome == "aborted"
    assert world.live.require().canary is None


def test_a_configuration_that_changed_otherwise_leaves_the_canary_alone(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    autopilot = world.controller(configuration(measure={"window": 5}))
    assert len(world.events(ev.Adopted)) == 1
    assert world.to_end(autopilot).outcome == "promoted"


def test_a_controller_that_lost_the_journal_stops_and_changes_nothing(world: World) -> None:
    first = world.controller()
    world.request(price=1.2)
    world.to_canary(first, seconds=6)
    second = world.controller()
    live, seq = world.live.text, second.state.seq
    world.now += 5
    with pytest.raises(FencedError, match="another controller took the journal over"):
        first.step(world.now)
    with pytest.raises(FencedError):
        first.stop(world.now)
    assert (world.live.text, len(world.read())) == (live, seq)
    assert world.to_end(second).outcome == "promoted"


def test_a_second_controller_is_refused_by_the_lease(world: World) -> None:
    first, second = world.open(), world.open()
    first.acquire(now=world.now, seconds=10, holder="host:1")
    with pytest.raises(ConflictError, match=r"another controller \(host:1\) holds this journal for 10 s more"):
        second.acquire(now=world.now, seconds=10, holder="host:2")
    second.acquire(now=world.now + 10, seconds=10, holder="host:2")
    with pytest.raises(ConflictError, match="host:2"):
        first.acquire(now=world.now + 11, seconds=10, holder="host:1")


class Interrupted(Journal):
    """A journal in which somebody else writes first, once, just before an append."""

    before: tuple[ev.Payload, ...] = ()

    def append(self, payload: ev.Payload, *, at: float, expected: int, actor: str) -> ev.Event:
        """Append, after what comes in between."""
        for other in self.before:
            self.submit(other, at=at, actor="ann")
        self.before = ()
        return super().append(payload, at=at, expected=expected, actor=actor)


def test_a_request_that_comes_in_between_is_not_lost_and_the_step_is_decided_again(world: World) -> None:
    journal = Interrupted(world.path, "writer-x")
    autopilot = Autopilot(world.config, journal, world.controller().ports)
    journal.before = (ev.PauseRequested(reason="at the same moment"),)
    autopilot.start(world.now)
    assert autopilot.state.paused == "paused by ann: at the same moment"
    world.submit(ev.ResumeRequested())
    world.request(price=1.2)
    world.to_phase(autopilot, "canary")
    journal.before = (ev.PauseRequested(reason="now"),)
    assert world.to_end(autopilot).outcome == "held"
    assert not world.events(ev.CanaryStarted)
    journal.__exit__()


def test_a_clock_that_went_back_is_held_on_control_values_and_nothing_is_lost(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    seq = autopilot.state.seq
    for back in (3600.0, 60.0, 6.0):
        with pytest.raises(ConflictError, match=f"the clock is {back:.0f} s before the journal's last event"):
            autopilot.step(autopilot.state.last_at - back)
        assert world.live.require().canary is None
    assert autopilot.state.seq == seq
    world.now -= 3600
    with pytest.raises(ConflictError):
        world.controller()
    world.now += 3600
    autopilot = world.controller()
    assert world.live.require().canary == "cycle-1"
    assert world.to_end(autopilot).outcome == "promoted"


def test_a_small_correction_of_the_clock_costs_nothing(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.now = autopilot.state.last_at - 2
    world.step(autopilot)
    assert world.live.require().canary == "cycle-1"
    assert world.to_end(autopilot).outcome == "promoted"


def test_a_clock_that_jumps_ahead_lapses_the_canary_which_then_goes_on(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.now += 40
    assert world.to_end(autopilot).outcome == "promoted"
    assert len(world.events(ev.CanaryLapsed)) == len(world.events(ev.CanaryResumed)) == 1


def test_a_live_file_that_cannot_be_written_is_tried_again_before_anything_else_is_decided(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_phase(autopilot, "canary")
    world.live.full = 3
    for _ in range(3):
        with pytest.raises(StorageError):
            autopilot.step(world.now)
        world.now += 1
    assert autopilot.state.last_at == world.now - 3
    assert world.live.require().canary is None
    world.step(autopilot)
    assert world.live.require().canary == "cycle-1"
    assert world.to_end(autopilot).outcome == "promoted"


def test_a_live_document_that_was_lost_is_written_anew(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    version = world.live.require().version
    world.live.text = None
    world.step(autopilot)
    assert world.live.require().version == version


def test_a_journal_that_was_altered_is_not_taken_over(world: World) -> None:
    autopilot = world.controller()
    autopilot.stop(world.now)
    assert world.state().owner == ""
    with autopilot.journal._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE events SET actor = 'mallory' WHERE seq = 2")
    with pytest.raises(IntegrityError, match="the chain is broken at event 2"):
        world.controller()


def _plain(state: State) -> str:
    """Return a state as text: as a value it is unlike itself when a number in it is NaN."""
    return json.dumps(asdict(state), sort_keys=True, default=lambda payload: payload.model_dump())


ORDERS = (ev.CanaryApproved, ev.CanaryRejected, ev.CanaryAborted)
PRICES = st.floats(min_value=-3, max_value=3, allow_nan=False)
BATCHES = st.integers(min_value=-20, max_value=20)


class Anything(RuleBasedStateMachine):
    """Operators, Alertmanager, Prometheus, the disk and the clock do what they like."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name), canary={"steps": [0.1, 0.3], "ask_when_inconclusive": 20})
        self.autopilot = self.world.controller()

    def teardown(self) -> None:
        """Close what is open."""
        self.world.journal.verify()
        self.world.close()
        self.folder.cleanup()

    @rule(price=PRICES, batch=BATCHES)
    def force(self, price: float, batch: int) -> None:
        self.world.request(price=price, batch=float(batch))

    @rule()
    def ask(self) -> None:
        self.world.request()

    @rule(price=PRICES, batch=BATCHES)
    def roll_back(self, price: float, batch: int) -> None:
        values: Values = {"price": price, "batch": batch}
        self.world.submit(ev.RollbackRequested(version="0" * 64, values=values, reason="any"))

    @rule(price=PRICES, force=st.booleans())
    def deploy(self, price: float, *, force: bool) -> None:
        self.world.submit(ev.DeployRequested(values={"price": price}, reason="any", force=force))

    @rule()
    def stop_everything(self) -> None:
        self.world.submit(ev.EmergencyPauseRequested(reason="any"))
        self.world.step(self.autopilot)
        live = self.world.live.require()
        assert live.canary is None

    @rule(paused=st.booleans())
    def pause(self, *, paused: bool) -> None:
        self.world.submit(ev.PauseRequested(reason="any") if paused else ev.ResumeRequested())

    @rule(kind=st.sampled_from(ORDERS), cycle=st.integers(0, 3), force=st.booleans())
    def order(self, kind: type[ev.CanaryOrder], cycle: int, *, force: bool) -> None:
        forced = {"force": force} if kind is ev.CanaryApproved else {}
        cycle = cycle or self.world.state().cycles  # the canary under way, more often than not
        self.world.submit(kind.model_validate({"canary": f"cycle-{cycle}", "reason": "any", **forced}))

    @rule(fires=st.booleans(), fingerprint=st.sampled_from(["f1", "f2"]))
    def alert(self, *, fires: bool, fingerprint: str) -> None:
        (self.world.fire if fires else self.world.resolve)("Down", fingerprint)

    @rule(effect=st.sampled_from([-0.05, 0.0, 0.05]), dark=st.booleans(), gone=st.booleans())
    def change(self, effect: float, *, dark: bool, gone: bool) -> None:
        self.world.evidence.effects["conversion"] = effect
        self.world.evidence.dark = dark
        self.world.evidence.error = UnreachableError("gone") if gone else None

    @rule(seconds=st.sampled_from([1.0, 6.0, 30.0]))
    def look(self, seconds: float) -> None:
        self.world.let_pass(self.autopilot, seconds)

    @rule(jump=st.sampled_from([-20.0, 20.0, 300.0]))
    def jump(self, jump: float) -> None:
        self.world.now += jump
        self.autopilot.refresh()
        while self.world.now < self.autopilot.state.last_at - 5:
            with pytest.raises(ConflictError):
                self.autopilot.step(self.world.now)
            assert self.world.live.require().canary is None
            self.world.now += 1
        self.world.now = max(self.world.now, self.autopilot.state.last_at)
        self.world.step(self.autopilot)

    @rule()
    def lose_the_live_file(self) -> None:
        self.world.live.text = None
        self.world.step(self.autopilot)

    @precondition(lambda self: self.world.live.full == 0)
    @rule()
    def fill_the_disk(self) -> None:
        self.world.live.full = 1
        self.world.live.text = None
        with pytest.raises(StorageError):
            self.autopilot.step(self.world.now)
        self.world.step(self.autopilot)

    @rule()
    def kill(self) -> None:
        self.autopilot = self.world.controller()

    @invariant()
    def live_is_inside_bounds_and_in_history(self) -> None:
        live = self.world.live.require()  # has been parsed against the hard bounds, as the service does
        for values in live.arms.values():
            assert 0.5 <= number(values, "price") <= 1.5
            assert values["batch"] in range(1, 10)
        assert live.arms["baseline"] == live.arms["control"]
        assert (live.canary is None) == (live.arms["canary"] == live.arms["control"])

    @invariant()
    def every_order_is_answered_once_or_still_waits(self) -> None:
        events = self.world.read()
        kinds = ev.CanaryOrder | ev.RollbackRequested | ev.DeployRequested
        orders = [event.seq for event in events if isinstance(event.payload, kinds)]
        answers = [getattr(event.payload, "request", None) for event in events]
        state = self.world.state()
        waiting = [*(order.seq for order in state.orders), *(wanted.seq for wanted in state.wanted)]
        assert sorted([*waiting, *(answer for answer in answers if answer is not None)]) == orders

    @invariant()
    def the_journal_alone_tells_the_state(self) -> None:
        if self.autopilot.state.seq == len(self.world.read()):
            assert _plain(self.world.state()) == _plain(self.autopilot.state)


Anything.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnything = Anything.TestCase
