"""What a proposal is for: errors, guardrails as constraints, observed levels."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from controller.config.config import Config
from controller.cycle import knowledge
from controller.cycle.context import Context
from controller.cycle.sight import Sight
from controller.decide.power import Precision
from controller.journal import event as ev
from controller.journal.state import CycleState, State
from controller.model import Role
from controller.ports import Ports
from exporter.parameters import Values
from tests.controller.world import BEGIN, GOOD, MemoryStore, ScriptedEvidence, ScriptedGate, configuration

BASE: Values = {"price": 1.0, "batch": 5}


def _sight(config: Config, error: float = 0.01) -> Sight:
    rails = tuple(item for item in config.judged if item.role is Role.GUARDRAIL)
    return Sight({item.kpi.name: Precision(error, 2.5) for item in config.judged}, rails)


def test_an_aim_holds_what_a_canary_sees_and_never_an_error_of_zero() -> None:
    config = configuration()
    found = knowledge.aim(config, _sight(config))
    assert (found.primary, found.benefit, found.errors["latency"]) == ("conversion", 2.5, 0.01)
    assert found.safety > 1
    assert [guard.kpi for guard in found.guards] == ["latency"]
    assert all(error > 0 for error in knowledge.aim(config, _sight(config, 0.0)).errors.values())


def test_a_guardrails_direction_says_which_side_its_margin_and_limit_are_on() -> None:
    (lower,) = (item for item in configuration().judged if item.role is Role.GUARDRAIL)
    found = knowledge.guard(replace(lower, limit=9.0))
    assert (found.rise, found.fall, found.upper, found.lower) == (5.0, math.inf, 9.0, -math.inf)
    kpis = {"primary": "latency", "guardrails": [{"kpi": "conversion", "limit": 0.4}]}
    (higher,) = (item for item in configuration(kpis=kpis).judged if item.role is Role.GUARDRAIL)
    found = knowledge.guard(higher)
    assert (found.rise, found.fall, found.upper, found.lower) == (math.inf, 0.02, math.inf, 0.4)


def _context(config: Config, observations: tuple[ev.Observation, ...]) -> Context:
    ports = Ports(ScriptedEvidence(config.judged, dict(GOOD)), ScriptedGate(), MemoryStore(config.specs))
    cycle = CycleState(1, "proposing", BEGIN, BEGIN, "operator", observations=observations)
    state = State(values=dict(BASE), cycle=cycle)
    return Context(config, ports, state, BEGIN)


def test_observed_levels_are_told_and_missing_ones_are_not() -> None:
    config = configuration()
    seen = (
        ev.Observation(kpi="latency", content="number", level=7.0),
        ev.Observation(kpi="conversion", content="empty", level=None),
        ev.Observation(kpi="gone", content="number", level=1.0),
    )
    found = knowledge.learner(config, State(values=dict(BASE)), BEGIN, {"latency": 5.0})
    knowledge.see_levels(_context(config, seen), found, {"latency": 0.1, "conversion": 0.1})
    latency, conversion = found.responses["latency"], found.responses["conversion"]
    assert (latency.level_known, conversion.level_known) == (True, False)
    assert latency.levels(np.array([[1.0, 5.0]]))[0][0] == pytest.approx(7.0)
