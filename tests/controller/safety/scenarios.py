"""The scenarios that are killed at every point: one for each thing that can happen to a controller."""

from __future__ import annotations

from typing import Any

from controller import reload
from controller.autopilot import Autopilot
from controller.config import digest as config_digest
from controller.journal import event as ev
from controller.journal.state import State
from controller.ports import Ports
from tests.controller.safety.disk import Disk
from tests.controller.safety.scenario import Act, Scenario, asked, until
from tests.controller.world import BAD, GOOD, NONE, SETTINGS, configuration

CYCLE = ev.CycleRequested(forced={"price": 1.2}, reason="try it")
DRIFT: dict[str, Any] = {"drift": {"pause": 20, "most_pause": 20, "failures": {"row": 1}, "return_over": 60}}
ASKING: dict[str, Any] = {"canary": {"ask_when_inconclusive": 20}}
UPKEEP: dict[str, Any] = {"schedule": {"upkeep": "daily 13:47", "triage": "daily 13:47"}}  # in 20 s
NARROW: dict[str, Any] = {"parameters": {"price": {**SETTINGS["parameters"]["price"], "low": 0.8, "high": 1.1}}}


def _over(state: State) -> bool:
    return state.cycle is None and sum(state.outcomes.values()) > 0


def looked(state: State) -> bool:
    canary = state.cycle.canary if state.cycle else None
    return canary is not None and canary.looks > 0


def _waits(state: State) -> bool:
    canary = state.cycle.canary if state.cycle else None
    return canary is not None and canary.awaiting_until is not None


def _runs(state: State) -> bool:
    canary = state.cycle.canary if state.cycle else None
    return canary is not None and canary.running


def _stands_still(state: State) -> bool:
    canary = state.cycle.canary if state.cycle else None
    return canary is not None and not canary.running


def _served(state: State) -> bool:
    return not state.wanted and state.cycle is None


def _narrowed(world: Disk) -> None:
    world.config = configuration(**{**world.sections, **NARROW})


def _judged(world: Disk) -> None:
    world.config = configuration(**{**world.sections, "kpis": {"primary": "conversion", "guardrails": []}})


def _reloaded(world: Disk, autopilot: Autopilot) -> None:
    """Let a running controller read its configuration, which was edited."""
    ports = Ports(autopilot.ports.evidence, autopilot.ports.gate, world.store(), autopilot.ports.jobs)
    autopilot.reconfigure(world.config, ports, reload.news(autopilot.config, world.config))
    world.step(autopilot)


def _reload_done(world: Disk, state: State) -> bool:
    return state.config_digest == config_digest.digest(world.config)


_TO_LOOK = (asked(CYCLE), until(looked))
_ROLLBACK = ev.RollbackRequested(version="0" * 64, values={"price": 0.9, "batch": 5}, reason="it was better")
_DEPLOY = ev.DeployRequested(values={"price": 1.4}, reason="now", force=True)
_EMERGENCY = ev.EmergencyPauseRequested(reason="all stop")
_FIRING = ev.AlertFiring(fingerprint="f1", alert="Down", labels={}, summary="it is down", starts_at="")
_RESOLVED = ev.AlertResolved(fingerprint="f1", alert="Down", source="alertmanager")
_ADJUST = ev.BoundsAdjustRequested(parameter="price", low=0.8, high=1.3, reason="narrower")
_OVERRIDE = ev.BoundsOverrideRequested(parameter="price", low=0.9, high=1.1, until=1_000_020.0, reason="sale")

SCENARIOS = (
    Scenario("promoted", (*_TO_LOOK, until(_over)), GOOD, exact=True),
    Scenario("rolled back", (*_TO_LOOK, until(_over)), BAD, since=2, exact=True),
    Scenario("inconclusive", (*_TO_LOOK, until(_over)), NONE, since=2, exact=True),
    Scenario(
        "approved when asked",
        (
            asked(CYCLE),
            until(_waits),
            asked(ev.CanaryApproved(canary="cycle-1", reason="we want it")),
            until(_over),
        ),
        NONE,
        since=2,
        sections=ASKING,
    ),
    Scenario(
        "rejected by an operator",
        (*_TO_LOOK, asked(ev.CanaryRejected(canary="cycle-1", reason="ugly")), until(_over)),
        GOOD,
        since=2,
    ),
    Scenario("rollback during a canary", (*_TO_LOOK, asked(_ROLLBACK), until(_served)), GOOD, since=2),
    Scenario("forced deployment during a canary", (*_TO_LOOK, asked(_DEPLOY), until(_served)), GOOD, since=2),
    Scenario(
        "emergency during a canary",
        (*_TO_LOOK, asked(_EMERGENCY), until(_over), asked(ev.ResumeRequested(reason="over")), until(_over)),
        GOOD,
        since=2,
    ),
    Scenario(
        "pause for drift",
        (asked(ev.CycleRequested(reason="its own")), until(_over), until(lambda s: s.drift.returned_at is not None)),
        BAD,
        since=2,
        sections=DRIFT,
    ),
    Scenario("scheduled jobs", (until(lambda state: len(state.jobs) > 1),), GOOD, sections=UPKEEP),
    Scenario(
        "narrower hard bounds during a canary",
        (*_TO_LOOK, Act(_reloaded, _reload_done, _narrowed), until(_over)),
        GOOD,
        since=2,
    ),
    Scenario(
        "judged otherwise during a canary",
        (*_TO_LOOK, Act(_reloaded, _reload_done, _judged), until(_over)),
        GOOD,
        since=2,
    ),
    Scenario(
        "bounds adjusted and overridden",
        (
            *(asked(_ADJUST), until(lambda state: state.bounds["price"].adjustments.get("adjusted", 0) > 0)),
            *(asked(_OVERRIDE), until(lambda state: state.bounds["price"].adjustments.get("restored", 0) > 0)),
        ),
        GOOD,
    ),
    Scenario(
        "incident during a canary",
        (*_TO_LOOK, asked(_FIRING), until(_stands_still), asked(_RESOLVED), until(_runs)),
        GOOD,
        since=2,
    ),
)
