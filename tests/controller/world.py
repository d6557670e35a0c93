"""A world for the controller: scripted evidence, gate and live store behind its ports, and time as a number.

The journal is the real one. Points of evidence are one second apart; the noise of a point depends on its time alone, so
that two controllers that look at the same stretch see the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import yaml

from controller.adapters.answer import PrometheusError
from controller.adapters.config_file import parse_config
from controller.autopilot import Autopilot
from controller.config.config import Config
from controller.cycle.plant import PlantWatch
from controller.errors import StorageError
from controller.journal import event as ev
from controller.journal.event import Event, Payload
from controller.journal.fold import fold
from controller.journal.state import State
from controller.journal.store import Journal
from controller.model import (
    Floats,
    GoldenResult,
    JudgedKpi,
    KpiCourse,
    KpiEvidence,
    KpiSample,
    Level,
    PairedSeries,
    Track,
    Window,
)
from controller.ports import Jobs, NoJobs, Ports
from exporter.parameters import LiveParameters, ParameterSpecs, Value, Values, parse

Kind = TypeVar("Kind")
BEGIN = 1_000_000.0
NOISE = {"conversion": 0.01, "latency": 1.0}
GOOD = {"conversion": 0.05, "latency": 0.0}
BAD = {"conversion": -0.05, "latency": 0.0}
NONE = {"conversion": 0.0, "latency": 0.0}
_NORMALS = {kpi: np.random.default_rng(number).normal(size=5003) for number, kpi in enumerate(NOISE)}

SETTINGS: dict[str, Any] = {
    "service": "shop",
    "prometheus": {"url": "http://127.0.0.1:1", "scrape_interval": 1, "timeout": 1, "retries": 0},
    "metrics": [
        {"name": "conversion", "direction": "higher", "margin": 0.02, "gauge": {"metric": "shop_conversion"}},
        {"name": "latency", "direction": "lower", "margin": 5, "gauge": {"metric": "shop_latency_ms"}},
    ],
    "kpis": {"primary": "conversion", "guardrails": ["latency"]},
    "parameters": {
        "price": {"low": 0.5, "high": 1.5, "default": 1.0, "step": 0.1, "prior": {"effect": 0.02, "sd": 0.04}},
        "batch": {"kind": "int", "low": 1, "high": 9, "default": 5, "step": 2, "prior": {"effect": 0.0, "sd": 0.01}},
    },
    "canary": {
        "duration": 60,
        "warmup": 1,
        "look_every": 5,
        "lease": 15,
        "history": 400,
        "blind_deadline": 30,
        "pause_deadline": 120,
        "minimum_harm": 10,
        "minimum_proceed": 20,
        "minimum_history": 100,
    },
    "measure": {"window": 10},
    "schedule": {
        "cycle": "never",
        "triage": "never",
        "upkeep": "never",
        "analysis_window": 60,
        "timeouts": {"measuring": 30},
    },
    "incidents": {"match": {"severity": "critical"}, "reconcile_after": 60},
}


def settings(**sections: dict[str, Any]) -> dict[str, Any]:
    """Return the settings with some keys of some sections replaced."""
    return {**SETTINGS, **{name: {**SETTINGS.get(name, {}), **section} for name, section in sections.items()}}


def configuration(**sections: dict[str, Any]) -> Config:
    """Return the configuration, checked as a file is."""
    return _parsed(yaml.safe_dump(settings(**sections), sort_keys=False))


@cache
def _parsed(text: str) -> Config:
    return parse_config(text, Path("shop.yaml"))


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the controller may catch it."""


def _series(kpi: str, times: Floats, effect: float, expected: int | None = None) -> PairedSeries:
    noise = NOISE[kpi] * _NORMALS[kpi][times.astype(int) % 5003]
    values = np.stack([1.0 + effect + noise, np.ones(times.size)], axis=1)
    return PairedSeries(times, values, None, times.size if expected is None else expected)


@dataclass
class ScriptedEvidence:
    """Fulfils `Evidence`.

    Attributes:
        effects: what the canary does to each KPI.
        error: raised by every question.
        alerts: names of alerts that fire, as Prometheus says.
        level: of every KPI; None is nothing.
        dark: whether the canary's points are all missing.
        past: seconds of A/A history that there are.
        untold: raised when the KPIs' course is asked for.
        slope: by which every KPI's course rises a second.
        past_hours: levels by KPI, hour by hour.
    """

    judged: tuple[JudgedKpi, ...]
    effects: dict[str, float]
    error: PrometheusError | None = None
    alerts: tuple[str, ...] = ()
    level: float | None = 1.0
    dark: bool = False
    past: float = 400.0
    untold: PrometheusError | None = None
    slope: float = 0.0
    looks: list[float] = field(default_factory=list)
    past_hours: dict[str, Track] = field(default_factory=dict)
    asked_hours: list[float] = field(default_factory=list)

    def _answer(self) -> None:
        if self.error is not None:
            raise self.error

    def levels(self, at: float, window: float) -> tuple[Level, ...]:
        """Return the one level."""
        assert at > 0
        assert window > 0
        self._answer()
        content = "number" if self.level is not None else "empty"
        return tuple(Level(item.kpi.name, content, self.level) for item in self.judged)

    def courses(self, at: float, window: float) -> tuple[KpiCourse, ...]:
        """Return a point a second around the one level, and no days before."""
        self._answer()
        if self.untold is not None:
            raise self.untold
        times = np.arange(np.ceil(at - window) + 1, at + 1)
        none = Track(at, at, 3600.0, np.empty(0), np.empty(0))
        return tuple(
            KpiCourse(item.kpi.name, Track(times[0] - 1, times[-1], 1.0, times, self._walk(item, times)), none)
            for item in self.judged
        )

    def hours(self, at: float, span: float) -> Mapping[str, Track]:
        """Return the hours that a test has put in, or none."""
        self._answer()
        self.asked_hours.append(at)
        none = Track(at - span, at, 3600.0, np.empty(0), np.empty(0))
        return {item.kpi.name: self.past_hours.get(item.kpi.name, none) for item in self.judged}

    def _walk(self, judged: JudgedKpi, times: Floats) -> Floats:
        if self.level is None:
            return np.full(times.size, np.nan)
        noise = NOISE[judged.kpi.name] * _NORMALS[judged.kpi.name][times.astype(int) % 5003]
        found: Floats = self.level + noise + self.slope * (times - times[0])
        return found

    def firing(self, at: float) -> tuple[str, ...]:
        """Return the alerts."""
        assert at > 0
        self._answer()
        return self.alerts

    def samples(
        self,
        exposed: tuple[Window, ...],
        excluded: tuple[Window, ...],
        started_at: float,
        now: float,
        shares: tuple[tuple[float, Mapping[str, float]], ...] = (),
    ) -> tuple[KpiSample, ...]:
        """Return the points of the exposed stretches, after a second of warm-up, and the history before."""
        del shares  # gauges: traffic does not show in them
        self._answer()
        self.looks.append(now)
        past = np.arange(np.ceil(started_at - self.past), started_at)
        history = past[[not any(w.start <= t <= w.end + 2 for w in excluded) for t in past]] if excluded else past
        points = [np.arange(np.ceil(w.start + 2), min(w.end, now)) for w in exposed]
        times = np.concatenate(points) if points else np.empty(0)
        shown = np.empty(0) if self.dark else times
        return tuple(
            KpiSample(
                KpiEvidence(
                    item,
                    _series(item.kpi.name, shown, self.effects[item.kpi.name], times.size),
                    _series(item.kpi.name, history, 0.0),
                ),
                f"query of {item.kpi.name}",
                f"{times.size} points",
            )
            for item in self.judged
        )


@dataclass
class ScriptedGate:
    """Fulfils `Gate`."""

    failures: tuple[str, ...] = ()
    asked: list[Values] = field(default_factory=list)

    def run(self, values: Values) -> GoldenResult:
        """Return the scripted failures."""
        self.asked.append(values)
        return GoldenResult(not self.failures, 3, 0.01, self.failures)


@dataclass
class MemoryStore:
    """Fulfils `LiveStore`; refuses, as a service's reader would, a document that is not valid.

    Attributes:
        text: the live document; None when there is none.
        history: every version that was ever live, with its note.
        full: how many further writes fail.
        kill: whether the next write kills the controller before anything is written.
    """

    specs: ParameterSpecs
    text: str | None = None
    history: dict[str, str] = field(default_factory=dict)
    full: int = 0
    kill: bool = False

    def put(self, live: LiveParameters, note: str, fence: Callable[[], None]) -> None:
        """Write, unless it is there already."""
        current = self.current()
        if current and (current.version, current.expires_at) == (live.version, live.expires_at):
            return
        if self.kill:
            self.kill = False
            raise Killed
        if self.full:
            self.full -= 1
            raise StorageError("no space left")
        text = json.dumps(live.document())
        parse(text, self.specs)
        fence()
        self.history.setdefault(live.version, note)
        self.text = text

    def current(self) -> LiveParameters | None:
        """Read back."""
        return None if self.text is None else parse(self.text, self.specs)

    def require(self) -> LiveParameters:
        """Return the document, which must be there, and stand in history."""
        live = self.current()
        assert live is not None
        assert live.version in self.history
        return live


class World:
    """Everything around controllers of one service, and the clock."""

    def __init__(self, folder: Path, **sections: dict[str, Any]) -> None:
        self.path = folder / "journal.db"
        self.config = configuration(**sections)
        self.evidence = ScriptedEvidence(self.config.judged, dict(GOOD))
        self.gate = ScriptedGate()
        self.live = MemoryStore(self.config.specs)
        self.jobs: Jobs = NoJobs()
        self.now = BEGIN
        self.writers = 0
        self._stack = ExitStack()
        self.journal = self.open()

    def open(self) -> Journal:
        """Return the journal, opened by a writer of its own."""
        self.writers += 1
        return self._stack.enter_context(Journal(self.path, f"writer-{self.writers}"))

    def close(self) -> None:
        """Close every journal."""
        self._stack.close()

    def controller(self, config: Config | None = None) -> Autopilot:
        """Return a new controller, started, with nothing but the journal to remember by."""
        plant = PlantWatch(config or self.config, self.evidence)
        ports = Ports(self.evidence, self.gate, self.live, self.jobs, plant)
        autopilot = Autopilot(config or self.config, self.open(), ports)
        autopilot.start(self.now)
        return autopilot

    def submit(self, payload: Payload, actor: str = "ann") -> None:
        """Append what comes from outside."""
        self.journal.submit(payload, at=self.now, actor=actor)

    def request(self, **forced: Value) -> None:
        """Ask for a cycle."""
        self.submit(ev.CycleRequested(forced=forced or None, reason="test"))

    def fire(self, alert: str = "Down", fingerprint: str = "f1") -> None:
        """Report a firing alert."""
        self.submit(
            ev.AlertFiring(fingerprint=fingerprint, alert=alert, labels={}, summary="it is down", starts_at=""), "am"
        )

    def resolve(self, alert: str = "Down", fingerprint: str = "f1") -> None:
        """Report that it is over."""
        self.submit(ev.AlertResolved(fingerprint=fingerprint, alert=alert, source="alertmanager"), "am")

    def step(self, autopilot: Autopilot) -> None:
        """Do one step, and let the time pass that it asks for."""
        self.now += autopilot.step(self.now)

    def drive(self, autopilot: Autopilot, until: Callable[[State], bool], seconds: float = 2000.0) -> State:
        """Step until something holds; it must within some seconds of the world's time."""
        limit = self.now + seconds
        while not until(autopilot.state):
            assert self.now < limit, f"in vain: {autopilot.state.cycle}"
            self.step(autopilot)
        return autopilot.state

    def to_phase(self, autopilot: Autopilot, phase: str) -> State:
        """Step until a phase is reached."""
        return self.drive(autopilot, lambda state: state.phase == phase)

    def to_canary(self, autopilot: Autopilot, seconds: float = 0.0) -> State:
        """Step until a canary has run for some seconds, or longer."""

        def runs(state: State) -> bool:
            found = state.cycle.canary if state.cycle else None
            return found is not None and self.now - found.started_at >= seconds

        return self.drive(autopilot, runs)

    def to_end(self, autopilot: Autopilot) -> ev.CycleEnded:
        """Step to the end of a cycle that was asked for, and return it."""
        before = autopilot.state.last_ended_at, sum(autopilot.state.outcomes.values())
        self.drive(autopilot, lambda s: (s.last_ended_at, sum(s.outcomes.values())) != before and s.cycle is None)
        return self.events(ev.CycleEnded)[-1]

    def let_pass(self, autopilot: Autopilot, seconds: float) -> State:
        """Step for some seconds."""
        end = self.now + seconds
        return self.drive(autopilot, lambda _state: self.now >= end, seconds + 60)

    def read(self) -> tuple[Event, ...]:
        """Return the journal's events."""
        return self.journal.read()

    def events(self, kind: type[Kind]) -> list[Kind]:
        """Return the payloads of one kind."""
        return [event.payload for event in self.read() if isinstance(event.payload, kind)]

    def state(self) -> State:
        """Return what the journal alone says."""
        return fold(State(), self.read())


def worlds(folder: Path, **sections: dict[str, Any]) -> Iterator[World]:
    """Yield a world, with some keys of some sections of its settings replaced; for fixtures."""
    folder.mkdir(exist_ok=True)
    found = World(folder, **sections)
    try:
        yield found
    finally:
        found.close()
