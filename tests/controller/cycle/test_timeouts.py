"""No step of a cycle lasts for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.adapters.answer import UnreachableError
from controller.adapters.evidence import PrometheusEvidence
from controller.adapters.prometheus import Prometheus
from controller.autopilot import Autopilot
from controller.connection import connection
from controller.cycle.context import Context
from controller.cycle.timeouts import LIMITED, overrun
from controller.journal import event as ev
from controller.ports import Ports
from tests.controller.adapters.server import trickling
from tests.controller.world import World, worlds

AWAY = UnreachableError("prometheus is away")


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[World]:
    """Return a world whose steps may be blind for longer than they may last."""
    limits = dict.fromkeys(LIMITED, 20) | {"measuring": 25}
    found = World(tmp_path, schedule={"timeouts": limits}, canary={"blind_deadline": 600, "blind_budget": 600})
    yield found
    found.close()


@pytest.mark.parametrize("phase", LIMITED)
def test_a_step_that_lasts_too_long_fails_the_cycle_and_says_which_setting_allows_how_much(
    patient: World, phase: str
) -> None:
    autopilot = patient.controller()
    patient.request()
    patient.to_phase(autopilot, phase)
    patient.evidence.error = AWAY
    if phase in ("validating", "analysing"):
        patient.now += 21  # these wait for nothing outside for that long: the controller was down, or hung
    end = patient.to_end(autopilot)
    assert end.outcome == "failed"
    assert end.reason.startswith(f"{phase} lasted 2")
    held = phase in ("observing", "proposing")
    waited = f"; it waited: {AWAY}" if held else ""
    assert end.reason.endswith(f" s, schedule.timeouts.{phase} allows 20 s{waited}")
    assert [event.until - patient.now < 20 for event in patient.events(ev.PhaseHeld)] == [True] * held
    assert patient.live.require().canary is None


@pytest.mark.parametrize(
    ("at_once", "then", "said"),
    [
        (b"", b"", "no answer within 0.3 s"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" ", "not whole within 0.6 s, twice `prometheus.timeout`"),
    ],
    ids=["mute", "trickles"],
)
def test_a_hung_prometheus_holds_a_step_for_its_own_time_out_and_the_limit_ends_the_cycle(
    tmp_path: Path, at_once: bytes, then: bytes, said: str
) -> None:
    with trickling(at_once, then) as port:
        hung = {"url": f"http://127.0.0.1:{port}", "timeout": 0.3, "retries": 1}
        for world in worlds(tmp_path, prometheus=hung, schedule={"timeouts": {"observing": 20}}):
            with Prometheus(connection(world.config)) as prometheus:
                ports = Ports(PrometheusEvidence(world.config, prometheus), world.gate, world.live)
                autopilot = Autopilot(world.config, world.open(), ports)
                autopilot.start(world.now)
                world.request()
                world.to_phase(autopilot, "observing")
                began = time.monotonic()
                world.step(autopilot)
                assert time.monotonic() - began < 10  # two attempts, and what a busy machine takes
                (held,) = world.events(ev.PhaseHeld)
                assert said in held.reason
                end = world.to_end(autopilot)
            assert end.outcome == "failed"
            assert end.reason.startswith("observing lasted 2")
            assert said in end.reason


def test_measuring_ends_with_what_is_known_because_the_change_is_live(patient: World) -> None:
    autopilot = patient.controller()
    patient.request(price=1.2)
    patient.to_phase(autopilot, "measuring")
    began, patient.evidence.error = patient.now, AWAY
    end = patient.to_end(autopilot)
    assert end.outcome == "promoted"
    assert 11 + 25 <= patient.now - began < 11 + 25 + 10
    (impact, *_) = patient.events(ev.Measured)[0].impacts
    assert (impact.before, impact.after) == (None, None)
    assert impact.measured == pytest.approx(0.05, abs=0.01)
    assert {values["price"] for values in patient.live.require().arms.values()} == {1.2}


def test_time_that_the_step_itself_takes_counts(patient: World) -> None:
    autopilot = patient.controller()
    patient.request(price=1.2)
    state = patient.to_phase(autopilot, "validating")
    context = Context(patient.config, Ports(patient.evidence, patient.gate, patient.live), state, patient.now)
    assert overrun(context, spent=19.0) is None
    late = overrun(context, spent=21.0)
    assert late is not None
    assert isinstance(late.payload, ev.CycleEnded)
    assert "validating lasted 21 s" in late.payload.reason


def test_between_cycles_and_in_a_canary_nothing_is_too_long(patient: World) -> None:
    autopilot = patient.controller()
    ports = Ports(patient.evidence, patient.gate, patient.live)
    assert overrun(Context(patient.config, ports, autopilot.state, patient.now), spent=1e6) is None
    patient.request(price=1.2)
    state = patient.to_canary(autopilot)
    assert overrun(Context(patient.config, ports, state, patient.now), spent=1e6) is None
