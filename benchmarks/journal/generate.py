"""A journal of many cycles, as controllers write it: valid payloads, an unbroken chain, the same for the same seed."""

from __future__ import annotations

import json
import math
import random
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from controller.journal import event as ev
from controller.journal.chain import digest
from controller.journal.event import Payload
from controller.journal.store import Journal
from exporter.parameters import LiveParameters, Values, uniform
from exporter.seconds import DAY

BEGIN = 1_700_000_000.0
KPIS = ("play_completion", "selection_entropy", "novelty_kld", "apply_budget_used", "latency_p95")
PARAMETERS = ("temperature", "top_k", "bias_fresh", "bias_short", "novelty_weight")
QUERY = 'sum by (arm) (rate(plays_completed_total{service="vvtv",arm=~"canary|baseline"}[15s]))'
SERVICE = "vvtv"

Dated = tuple[float, str, Payload]
"""Unix seconds, actor, payload."""


@dataclass
class _World:
    """Values in force, the time, and the next cycle's number."""

    random: random.Random
    looks: int
    at: float = BEGIN
    cycle: int = 0
    values: Values = field(default_factory=lambda: dict.fromkeys(PARAMETERS, 1.0))
    live: list[LiveParameters] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)

    def show(self, live: LiveParameters) -> str:
        """Remember a live document; return its version."""
        self.live.append(live.renewed(expires_at=None, written_at=self.at))
        self.versions.add(live.version)
        return live.version

    def dated(self, seconds: float, payload: Payload, actor: str = "autopilot") -> Dated:
        """Return a payload some seconds later."""
        self.at += seconds
        return (self.at, actor, payload)


def _look(world: _World, number: int) -> ev.CanaryLooked:
    draw = world.random.gauss

    def kpi(name: str, place: int) -> ev.KpiLook:
        return ev.KpiLook(
            kpi=name,
            role="guardrail" if place else "primary",
            effect=draw(0, 0.01),
            margin=0.02,
            standard_error=0.01 / math.sqrt(number),
            harm_needed=0.03,
            count=4 * number,
            canary_mean=0.6 + draw(0, 0.01),
            comparison_mean=0.6 + draw(0, 0.01),
            verdict="undecided",
            reason=f"{name}: effect {draw(0, 0.01):+.4f}, no harm proven; {240 - 4 * number} points to go",
            query=QUERY,
            digest=f"{world.random.getrandbits(64):016x}",
            low=draw(-0.02, 0.001),
            high=draw(0.02, 0.001),
            benefit_needed=0.03,
            detectable=0.02,
            fraction=number / world.looks,
            rule="obrien-fleming",
            noise=draw(1, 0.1),
        )

    return ev.CanaryLooked(
        cycle=world.cycle,
        look=number,
        verdict="undecided",
        reasons=(f"{4 * number} of {4 * world.looks} points: neither harm nor benefit is proven",),
        kpis=tuple(kpi(name, place) for place, name in enumerate(KPIS)),
        expires_at=world.at + 300,
    )


def _cycle(world: _World) -> Iterator[Dated]:
    """Yield one day's cycle: promoted, rolled back or inconclusive; now and then refused by the golden cases."""
    rng = world.random
    world.cycle += 1
    number, fate = world.cycle, rng.choices(("promoted", "rolled_back", "inconclusive", "refused"), (5, 2, 2, 1))[0]
    world.at = max(world.at, BEGIN + number * DAY)
    move = ev.Moved(parameter=rng.choice(PARAMETERS), old=0.0, new=0.0)
    old = world.values[move.parameter]
    move = move.model_copy(update={"old": old, "new": round(float(old) + rng.choice((-1, 1)) * 0.001 * number, 6)})
    proposed = {**world.values, move.parameter: move.new}
    effect = rng.gauss(0.01, 0.01)
    yield world.dated(1, ev.CycleStarted(cycle=number, trigger="schedule"))
    levels = tuple(ev.Observation(kpi=kpi, content="number", level=rng.random(), earlier=rng.random()) for kpi in KPIS)
    yield world.dated(1, ev.Observed(cycle=number, window=DAY, observations=levels))
    yield world.dated(1, ev.Analysed(cycle=number, findings=tuple(f"{kpi} holds its level" for kpi in KPIS)))
    predicted = tuple(ev.Predicted(kpi=kpi, effect=effect, low=effect - 0.02, high=effect + 0.02) for kpi in KPIS)
    why = f"the model expects {effect:+.3f} of {KPIS[0]} from {move.text}"
    yield world.dated(1, ev.Proposed(cycle=number, changes=(move,), predicted=predicted, rationale=why, chance=0.4))
    good = fate != "refused"
    yield world.dated(
        1, ev.Validated(cycle=number, passed=good, cases=120, seconds=0.4, failures=() if good else ("case 7",))
    )
    if not good:
        yield world.dated(1, ev.CycleEnded(cycle=number, outcome="refused", reason="the golden cases failed"))
        return
    base = uniform(world.values, SERVICE)
    canary = LiveParameters({**base.arms, "canary": proposed}, base.weights, base.salt, f"cycle-{number}")
    yield world.dated(
        1,
        ev.CanaryStarted(
            cycle=number,
            canary=f"cycle-{number}",
            version=world.show(canary),
            planned=240,
            expires_at=world.at + 301,
            detectable=dict.fromkeys(KPIS, 0.02),
            weights=base.weights,
            margins=dict.fromkeys(KPIS[1:], 0.02),
            tolerated=dict.fromkeys(KPIS[1:], 0.0),
        ),
    )
    for look in range(1, world.looks + 1):
        yield world.dated(60, _look(world, look))
    yield from _verdict(world, fate, proposed, effect)


def _verdict(world: _World, fate: str, proposed: Values, effect: float) -> Iterator[Dated]:
    number, rng = world.cycle, world.random
    verdict = {"promoted": "proceed", "rolled_back": "rollback"}.get(fate, fate)
    yield world.dated(1, ev.Decided(cycle=number, verdict=verdict, reasons=(f"{KPIS[0]} {effect:+.3f}",)))
    world.values = proposed if fate == "promoted" else world.values
    version = world.show(uniform(world.values, SERVICE))
    outcome: str = "promoted" if fate == "promoted" else "reverted"
    applied = {"cycle": number, "outcome": outcome, "values": world.values, "version": version}
    yield world.dated(1, ev.Applied.model_validate(applied))
    impacts = tuple(
        ev.Impact(
            kpi=kpi,
            predicted=effect,
            measured=effect + rng.gauss(0, 0.005),
            standard_error=0.005,
            error_ratio=0.2,
            before=0.6,
            after=0.6 + effect,
        )
        for kpi in KPIS
    )
    yield world.dated(1800, ev.Measured(cycle=number, impacts=impacts))
    yield world.dated(1, ev.CycleEnded(cycle=number, outcome=fate, reason=f"{KPIS[0]} {effect:+.3f}"))
    if number % 10 == 0:  # what comes from outside, between two cycles
        yield world.dated(60, ev.PauseRequested(reason="release day"), "ann")
        yield world.dated(60, ev.ResumeRequested(reason="released"), "bob")


@dataclass(frozen=True)
class Past:
    """A journal's content, and every live document that its cycles put in force."""

    dated: tuple[Dated, ...]
    live: tuple[LiveParameters, ...]


def past(
    *,
    events: int | None = None,
    cycles: int | None = None,
    versions: int | None = None,
    looks: int = 60,
    seed: int = 1,
) -> Past:
    """Return so many events, or the events of so many cycles or versions, with `looks` looks per canary."""
    world = _World(random.Random(seed), looks)  # noqa: S311 - no secret: the same journal for the same seed

    def stream() -> Iterator[Dated]:
        first = world.show(uniform(world.values, SERVICE))
        yield world.dated(0, ev.ControllerStarted(pid=1, host="bench"))
        yield world.dated(0, ev.Adopted(values=dict(world.values), version=first, source="defaults"))
        while (cycles is None or world.cycle < cycles) and (versions is None or len(world.versions) < versions):
            yield from _cycle(world)

    return Past(tuple(islice(stream(), events)), tuple(world.live))


def write(path: Path, dated: Iterable[Dated], writer: str = "bench") -> None:
    """Write a new journal in one transaction; each row is what `Journal.append` would have written."""
    with Journal(path, writer):
        pass  # makes the tables

    def rows() -> Iterator[tuple[int, float, str, str, str, str, str]]:
        previous = ""
        for seq, (at, actor, payload) in enumerate(dated, 1):
            content = payload.model_dump(mode="json")
            found = digest(content, previous=previous, seq=seq, at=at, writer=writer, actor=actor)
            yield seq, at, writer, actor, json.dumps(content, sort_keys=True), previous, found
            previous = found

    with sqlite3.connect(path) as connection:
        connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", rows())
    connection.close()
