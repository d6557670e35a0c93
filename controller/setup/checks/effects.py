"""What a canary of the configured duration detects, per KPI, and how long one must be that is worth running."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from controller.adapters import ranges
from controller.config.config import Config
from controller.duration import duration
from controller.model import Role, Window
from controller.replay.planner import Hope, Planner
from controller.replay.planning import Outlook, outlooks
from controller.replay.ran import canaries
from controller.setup.finding import Finding, Teller
from controller.setup.patient import Patient

NAME = "detectable effects"
_TELL = Teller(NAME)


@dataclass(frozen=True)
class Wish:
    """The effect that a canary should detect on a KPI, in its unit, and why that one."""

    effect: float
    why: str


def look(patient: Patient) -> Iterator[Finding]:
    """Plan a canary on each KPI from the A/A history. Raises PrometheusError."""
    config, now = patient.config, patient.clock.now()
    known = canaries(patient.desk.events(), now) if patient.place.journal.exists() else {}
    excluded = tuple(window for ran in known.values() for window in ran.windows)
    window = Window(now - config.canary.history, now - config.prometheus.scrape_interval / 2)
    with patient.prometheus() as prometheus:
        record = ranges.read(prometheus, config, window, excluded)
    found = [(outlook, _wish(config, outlook)) for outlook in outlooks(record, config, ())]
    ratios = {outlook.judged.kpi.name: _ratio(outlook, wish) for outlook, wish in found}
    worst = max(ratios, key=lambda name: ratios[name])
    for (outlook, wish), course in zip(found, record.courses, strict=True):
        need = None
        if wish is not None and ratios[outlook.judged.kpi.name] > 1:
            planner = Planner(outlook.judged, course.paired(record.times, record.same), config)
            need = planner.need(Hope(outlook.judged.kpi.name, wish.effect)).seconds
        last = outlook.judged.kpi.name == worst and len(ratios) > 1
        yield _kpi(outlook, wish, need, worst=last)


def _wish(config: Config, found: Outlook) -> Wish | None:
    """Return what a canary should see: a guardrail's margin, or the most that one step is believed to do."""
    if found.problem:
        return None
    if found.judged.role is Role.GUARDRAIL:
        return Wish(found.allowed, "its margin") if math.isfinite(found.allowed) else None
    beliefs = {name: config.prior(name, found.judged.kpi.name) for name in config.parameters}
    name, belief = max(beliefs.items(), key=lambda item: abs(item[1].mean) + item[1].sd)
    return Wish(abs(belief.mean) + belief.sd, f"what a step of {name} is believed to do at most")


def _detects(found: Outlook) -> float:
    return next((reach.effect for reach in found.durations if reach.configured), math.inf)


def _ratio(found: Outlook, wish: Wish | None) -> float:
    return _detects(found) / wish.effect if wish is not None and wish.effect > 0 else 0.0


def _kpi(found: Outlook, wish: Wish | None, need: float | None, *, worst: bool) -> Finding:
    name, effect = found.judged.kpi.name, _detects(found)
    if found.problem:
        return _TELL.skipped(f"{name}: cannot be planned: {found.problem}", "see arms and history")
    seconds = next(reach.seconds for reach in found.durations if reach.configured)
    relative = f" ({100 * effect / abs(found.level):.2g} % of {found.level:.4g})" if found.level else ""
    text = f"{name}: a canary of {duration(seconds)} detects {effect:.3g}{relative}"
    figures = {"kpi": name, "detectable": effect, "level": found.level, "seconds": seconds}
    if wish is None or effect <= wish.effect:
        enough = "" if wish is None else f"; {wish.effect:.3g}, {wish.why}, is seen"
        return _TELL.ok(f"{text}{enough}", **figures, needed_seconds=None)
    text = f"{text}; {wish.effect:.3g}, {wish.why}, is not{': the worst of all' if worst else ''}"
    if need is not None:
        return _TELL.warn(
            text, f"canary.duration: {math.ceil(need)}s ({duration(need)}) would do", **figures, needed_seconds=need
        )
    other = "a wider margin" if found.judged.role is Role.GUARDRAIL else "a parameter with larger effects"
    advice = f"no duration that this history can plan would do: more history, more units in the canary, or {other}"
    return _TELL.warn(text, advice, **figures, needed_seconds=None)
