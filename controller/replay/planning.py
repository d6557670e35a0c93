"""Before a canary: what each KPI could detect over its duration and its share of the traffic, and what is missing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from controller.config.config import Config
from controller.decide.headroom import settled
from controller.decide.needed import needed_history
from controller.decide.policy import Policy
from controller.duration import duration
from controller.model import JudgedKpi, PairedSeries, Role
from controller.replay.noise import Noise, noise
from controller.replay.planner import Hope, Need, Planner, Reach
from controller.replay.record import Course, Record
from exporter import names


@dataclass(frozen=True)
class Outlook:
    """A KPI before a canary; without numbers when there is a problem.

    Attributes:
        judged: the KPI.
        points: of A/A history.
        problem: why no canary can be planned on it, empty when one can.
        short: whether that is for want of history.
        level: of the comparison arm.
        allowed: harm that a promotion must rule out, in the KPI's unit.
        noise: of the history.
        span: seconds of history.
        durations: what the configured share detects, per duration.
        shares: what the configured duration detects, per share; none for gauges, which carry no counts.
        needs: per effect that was asked for.
    """

    judged: JudgedKpi
    points: int
    problem: str = ""
    short: bool = False
    level: float = math.nan
    allowed: float = math.nan
    noise: Noise | None = None
    span: float = 0.0
    durations: tuple[Reach, ...] = ()
    shares: tuple[Reach, ...] = ()
    needs: tuple[Need, ...] = ()


def outlooks(record: Record, config: Config, hopes: tuple[Hope, ...]) -> tuple[Outlook, ...]:
    """Return what is to be said of every KPI of a record that holds the A/A history."""
    return tuple(_outlook(course, course.paired(record.times, record.same), config, hopes) for course in record.courses)


def _outlook(course: Course, history: PairedSeries, config: Config, hopes: tuple[Hope, ...]) -> Outlook:
    judged, policy, step = course.judged, config.policy, config.prometheus.scrape_interval
    if problem := _problem(course, history, policy, step):
        return Outlook(
            judged, history.count, problem, short=history.count < needed_history(policy) and not course.absent
        )
    planner = Planner(judged, history, config)
    return Outlook(
        judged=judged,
        points=history.count,
        level=history.mean(1),
        allowed=settled(judged, history).margin,
        noise=noise(judged, history, policy.planned, step),
        span=float(history.times[-1] - history.times[0]),
        durations=planner.durations(),
        shares=planner.shares() if history.trials is not None else (),
        needs=tuple(planner.need(hope) for hope in hopes if hope.kpi == judged.kpi.name),
    )


def _problem(course: Course, history: PairedSeries, policy: Policy, step: float) -> str:
    """Return what is missing, with what to do about it; nothing when a canary can be planned."""
    if course.absent:
        arms = " and ".join(course.absent)
        return f"no sample of {arms}: are its metrics scraped, and do they carry the label {names.VARIANT}?"
    needed = needed_history(policy)
    if history.count < needed:
        wait = duration((needed - history.count) * step)
        return f"{history.count} points of A/A history, {needed} needed: {wait} more"
    return "" if history.weight.any() else "no traffic in both arms at once in the whole A/A history"


def blind_margin(outlook: Outlook) -> bool:
    """Whether a guardrail's margin is below what the configured plan detects: promotion can hardly rule it out."""
    if outlook.judged.role is not Role.GUARDRAIL or not outlook.durations:
        return False
    reach = next(reach.effect for reach in outlook.durations if reach.configured)
    return bool(np.isfinite(outlook.allowed) and reach > outlook.allowed)


def best(outlook: Outlook) -> Reach:
    """Return the duration that detects most; longer ones are long against their history, and detect less."""
    return min(outlook.durations, key=lambda reach: reach.effect)
