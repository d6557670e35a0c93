"""Random pasts in which nothing depends on anything, or one thing does: what false claims are counted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from controller.casebook.record import Record
from controller.casebook.words import Terms
from controller.journal.event import Moved, Validated
from controller.journal.state import State
from controller.model import Window
from controller.triage.cycles import Known, failures
from controller.triage.gather import Gathered
from controller.triage.spans import Span
from tests.controller.casebook.past import BEGIN
from tests.controller.triage.pasts import CONFIG, DAY

STATE = State(began_at=BEGIN, values={name: spec.default for name, spec in CONFIG.parameters.items()})
NUMBERS = {name: spec for name, spec in CONFIG.parameters.items() if spec.kind != "choice"}


@dataclass(frozen=True)
class Odds:
    """How often canaries fail: by harm in general, with `worse` by that share more where a raise of it is tried."""

    harm: float = 0.2
    noise: float = 0.3
    worse: str = ""
    more: float = 0.0


def past(rng: np.random.Generator, odds: Odds, cycles: int = 56, days: int = 28) -> Gathered:
    """Return a random past: several cycles a day at any hour, each moves one parameter, alerts come and go."""
    spans = tuple(
        Span(f"Alert{alert}", at, at + float(rng.exponential(3600.0)))
        for alert in range(3)
        for at in BEGIN + np.sort(rng.uniform(0, days * DAY, rng.integers(3, 12)))
    )
    found = tuple(
        _record(rng, number, BEGIN + float(at), odds)
        for number, at in enumerate(np.sort(rng.uniform(0, days * DAY, cycles)), 1)
    )
    known = Known(Terms.of(CONFIG), spans, {}, {})
    failed = sorted((one for record in found for one in failures(record, known)), key=lambda one: one.at)
    return Gathered((), found, tuple(failed), spans, BEGIN)


def _record(rng: np.random.Generator, number: int, at: float, odds: Odds) -> Record:
    name = str(rng.choice(list(NUMBERS)))
    spec = NUMBERS[name]
    old = float(STATE.values[name])
    up = bool(rng.random() < 0.5)
    new = float(rng.uniform(old, spec.high) if up else rng.uniform(spec.low, old))
    if spec.kind == "int":
        new = float(round(new))
    harm = odds.harm + (odds.more if up and name == odds.worse else 0.0)
    chance = rng.random()
    verdict, outcome = ("proceed", "promoted")
    if chance < harm:
        verdict, outcome = "rollback", "rolled_back"
    elif chance < harm + odds.noise:
        verdict, outcome = "blind", "blind"
    more: dict[str, Any] = {"verdict": verdict, "outcome": outcome, "reasons": ("so it is",)}
    golden = Validated(cycle=number, passed=True, cases=9, seconds=0.1, failures=())
    return Record(
        cycle=number,
        trigger="operator" if rng.random() < 0.2 else "schedule",
        begun_at=at,
        seen_until=at + 3600.0,
        changes=(Moved(parameter=name, old=old, new=new if new != old else spec.low),),
        golden=golden,
        started_at=at + 10.0,
        decided_at=at + 3600.0,
        ended_at=at + 3600.0,
        exposures=(Window(at + 10.0, at + 3600.0),),
        end_reason="so it is",
        **more,
    )
