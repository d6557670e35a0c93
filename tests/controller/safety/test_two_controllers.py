"""Two that act on one journal: whoever slept while the other acted neither appends nor brings an old document back.

A controller is stopped at each of its side effects in turn (`points`), as SIGSTOP or a long pause of the machine would,
from its start to the second write of a canary's live file. While it sleeps

* another controller takes over, serves an operator, and ends: nobody is left to repair what the first one may do;
* or an operator's emergency pause comes, which needs no controller.

Then the first one goes on from exactly where it stood. Where it sleeps inside a transaction the other one is kept out
altogether. That is every order in which the effects of two can come, as long as the second is not interrupted as well;
what a fenced one leaves when it is killed is in `test_every_point`.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from controller.adapters.clock import Clock
from controller.desk.desk import Desk
from controller.errors import ConflictError, FencedError, StorageError, UnavailableError
from controller.heartbeat import LEASE
from controller.journal import event as ev
from tests.controller.adapters.server import failure, serving
from tests.controller.running import place, quick, running, wait_for
from tests.controller.safety.disk import Disk, sound
from tests.controller.safety.points import watched
from tests.controller.safety.scenario import Scenario, asked, until
from tests.controller.safety.scenarios import CYCLE, looked
from tests.controller.safety.stack import Stack, controller_process, stop
from tests.controller.world import GOOD

BEGINNING = Scenario("beginning", (asked(CYCLE), until(looked)), GOOD)
DEPLOYED = {"price": 1.4, "batch": 5}


class Sleeper:
    """Lets something else happen at one point, and looks at every later one.

    Args:
        last: the point's number.
        meanwhile: what happens there.
        later: called at every point after it.
    """

    def __init__(self, last: int, meanwhile: Callable[[], None], later: Callable[[], None]) -> None:
        self.slept = False
        self._last = last
        self._meanwhile = meanwhile
        self._later = later
        self._seen = 0

    def point(self, _name: str) -> None:
        """Pass a point."""
        number, self._seen = self._seen, self._seen + 1
        if number == self._last:
            self._seen = self._last + 1_000_000  # the effects of the other one are none of ours
            self._meanwhile()
            self.slept, self._seen = True, self._last + 1
        elif self.slept:
            self._later()


def _worlds(folder: Path) -> Iterator[tuple[int, Disk]]:
    for number in count():
        world = BEGINNING.world(folder / str(number))
        yield number, world
        world.close()


def _served_by_another(world: Disk) -> None:
    """Be another controller, deploy what an operator wants, and end."""
    other = world.controller()
    world.submit(ev.DeployRequested(values={"price": 1.4}, reason="now", force=True))
    world.step(other)
    world.drive(other, lambda state: not state.wanted)
    other.stop(world.now)


def _end_of(world: Disk) -> type[ConflictError] | None:
    """Play the beginning; return what ended it early."""
    try:
        BEGINNING.play(world)
    except ConflictError as error:
        return type(error)
    return None


def _writers_after_the_stop(world: Disk) -> set[str]:
    events = world.read()
    stop = max(event.seq for event in events if isinstance(event.payload, ev.ControllerStopped))
    return {event.writer for event in events[stop:]}


@pytest.mark.slow
def test_a_controller_that_slept_while_another_acted_changes_nothing_any_more(tmp_path: Path) -> None:
    fenced = first = kept_out = 0
    for number, world in _worlds(tmp_path):
        left: list[bytes] = []

        def meanwhile(world: Disk = world, left: list[bytes] = left) -> None:
            with contextlib.suppress(StorageError):  # the sleeper has the journal
                _served_by_another(world)
                assert world.document().arms["control"] == DEPLOYED
                left.append(world.place.parameters.read_bytes())

        def later(world: Disk = world, left: list[bytes] = left) -> None:
            if left and not world.state().owner:
                assert world.place.parameters.read_bytes() == left[0]

        sleeper = Sleeper(number, meanwhile, later)
        with watched(sleeper.point, patience=0.02):
            ended = _end_of(world)
        if not sleeper.slept:
            break
        if not left:
            kept_out += 1
        elif world.state().owner:  # it had not begun yet when the other one came and went
            first += 1
        else:
            assert ended is FencedError
            assert _writers_after_the_stop(world) <= {world.journal.writer}  # the operator's
            later()
            sound(world)
            fenced += 1
    assert fenced > 20
    assert first > 0
    assert kept_out > 0


@pytest.mark.slow
def test_an_emergency_pause_holds_from_its_end_on_wherever_a_controller_stands(tmp_path: Path) -> None:
    held = kept_out = 0
    for number, world in _worlds(tmp_path):
        paused: list[bool] = []

        def meanwhile(world: Disk = world, paused: list[bool] = paused) -> None:
            stopped = world.desk().emergency_pause("all stop")
            paused.append(stopped.error is None)

        def later(world: Disk = world, paused: list[bool] = paused) -> None:
            if paused == [True] and world.place.parameters.exists():
                live = world.document()
                assert live.canary is None
                assert live.arms["canary"] == live.arms["control"]

        sleeper = Sleeper(number, meanwhile, later)
        with watched(sleeper.point, patience=0.02):
            autopilot = world.controller()
            world.request(price=1.2)
            for _ in range(20):
                world.step(autopilot)
        if not sleeper.slept:
            break
        later()
        if paused == [True]:
            held += 1
            state = world.state()
            assert state.emergency
            assert state.cycle is None
            assert not world.events(ev.Decided)
            sound(world)
        else:
            kept_out += 1
    assert held > 20
    assert kept_out < held / 3


class Ahead(Clock):
    """The clock of one for whom every lease of now is over."""

    def now(self) -> float:
        """Return unix seconds, a while ahead."""
        return super().now() + 2 * LEASE


@pytest.mark.slow
def test_a_controller_process_that_is_stopped_past_its_lease_ends_without_a_trace_when_it_is_woken(
    tmp_path: Path,
) -> None:
    with serving(failure(503, "unavailable", "down")) as server:
        stack = Stack(tmp_path, f"http://127.0.0.1:{server.port}")
        with controller_process(stack) as child:
            stop(child, stack.path)
            with running(stack.config, stack.place, Ahead()) as other:
                stack.submit(ev.DeployRequested(values={"price": 1.4}, reason="now", force=True))
                wait_for(lambda: other.process.autopilot.state.values == DEPLOYED)
                wait_for(lambda: stack.document().arms["canary"] == DEPLOYED)
                owner = other.process.journal.writer
            live, events = stack.place.parameters.read_bytes(), len(stack.read())
            child.send_signal(signal.SIGCONT)
            assert child.wait(60) == FencedError.exit_code
        assert stack.place.parameters.read_bytes() == live
        assert len(stack.read()) == events
        assert {event.writer for event in stack.read()[-3:]} == {owner}
        stack.close()


def test_of_desks_that_act_at_once_without_a_controller_one_serves_and_none_is_lost(tmp_path: Path) -> None:
    desk = Desk(quick(), place(tmp_path), Clock(), "ann")
    begin, done, refused = threading.Barrier(4), list[ev.Deployed](), list[str]()

    def deploy(price: float) -> None:
        begin.wait()
        try:
            done.append(desk.deploy({"price": price}, "at once", force=True))
        except (ConflictError, UnavailableError) as error:
            refused.append(str(error))

    threads = [threading.Thread(target=deploy, args=(price,)) for price in (0.7, 0.8, 0.9, 1.1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done
    assert len(done) + len(refused) == len(threads)
    with running(desk.config, desk.place) as found:
        wait_for(lambda: not found.process.autopilot.state.wanted)
    deployed = [event.payload for event in desk.events() if isinstance(event.payload, ev.Deployed)]
    asked = [event.seq for event in desk.events() if isinstance(event.payload, ev.DeployRequested)]
    assert [payload.request for payload in deployed] == asked
    assert {payload.request for payload in done} <= set(asked)
    assert desk.verify()["live"] == desk.state().version == deployed[-1].version
