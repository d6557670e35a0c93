"""Flagger's scheduler loop: fixed limits, a budget of failed checks, weight steps.

The first tick sets the first weight; every later tick checks all metrics. A check that fails for any reason (a breach,
no data, NaN) spends the budget, which nothing refills; a check that passes advances one step. The rollback comes on the
tick after the budget is spent. With failure probability q per check, S steps and threshold T:
P(rollback) = P(Bin(S + T - 1, q) >= T).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from controller.decide.case import Case, MetricCase, MetricOutcome, Outcome
from controller.decide.rivals import answer, series
from controller.decide.rivals.limits import Limits, Tolerance, all_limits
from controller.model import Verdict


@dataclass(frozen=True)
class FlaggerSettings:
    """A canary's analysis settings.

    Attributes:
        interval: points per check.
        threshold: failed checks that roll back; 1 is Flagger's default, its tutorials write 5 or 10.
        steps: passed checks that promote.
        tolerance: how the users' metric limits are chosen.
    """

    interval: int = 16
    threshold: int = 1
    steps: int = 10
    tolerance: Tolerance = field(default_factory=Tolerance)

    def __post_init__(self) -> None:
        if self.interval < 1:
            raise ValueError(f"interval is {self.interval} points; it must be at least 1")


@dataclass(frozen=True)
class Progress:
    """A canary between ticks; `verdict` is `UNDECIDED` while it goes on."""

    passed: int = 0
    failed: int = 0
    verdict: Verdict = Verdict.UNDECIDED


def tick(progress: Progress, settings: FlaggerSettings, *, passed: bool) -> Progress:
    """Return the canary after a tick whose check passed or not; a spent budget ends it before the check counts."""
    if progress.failed >= settings.threshold:
        return replace(progress, verdict=Verdict.ROLLBACK)
    if not passed:
        return replace(progress, failed=progress.failed + 1)
    steps = progress.passed + 1
    return Progress(steps, progress.failed, Verdict.PROCEED if steps >= settings.steps else Verdict.UNDECIDED)


@dataclass(frozen=True)
class Flagger:
    """The judge."""

    settings: FlaggerSettings = FlaggerSettings()

    def __call__(self, case: Case) -> Outcome:
        """Judge a case by ticking through its points; the weights are not acted on, the points are what they are."""
        if not case.metrics:
            return answer.blind(case, None, "the case has no metric to judge")
        limits = all_limits(self.settings.tolerance, case.metrics)
        if isinstance(limits, str):
            return answer.blind(case, None, f"{limits}: no history to set a limit by")
        points = min(series.length(case), case.planned)
        arms = [series.arms(metric, points) for metric in case.metrics]
        progress, reasons = Progress(), list[str]()
        for end in range(self.settings.interval, points + 1, self.settings.interval):
            start = end - self.settings.interval
            values = [each.canary.cut(start, end).mean() for each in arms]
            breach = next((i for i, limit in enumerate(limits) if not limit.keep(values[i])), None)
            progress = tick(progress, self.settings, passed=breach is None)
            if progress.verdict is not Verdict.UNDECIDED:
                return _outcome(case, progress, end, reasons, arms)
            if breach is not None:
                reasons.append(_breach(case.metrics[breach], values[breach], limits[breach], end))
        if progress.failed >= self.settings.threshold and points == case.planned:
            return _outcome(case, replace(progress, verdict=Verdict.ROLLBACK), points, reasons, arms)
        state = f"{progress.passed} of {self.settings.steps} steps, {progress.failed} failed checks in {points} points"
        return answer.undecided(case, state)


def _breach(metric: MetricCase, value: float, limits: Limits, end: int) -> str:
    return f"{metric.name}: {value:.4g} not in {limits.low:.4g} .. {limits.high:.4g} at point {end - 1}"


def _outcome(case: Case, progress: Progress, end: int, reasons: list[str], arms: list[series.Arms]) -> Outcome:
    metrics = tuple(
        MetricOutcome(
            metric.name,
            estimate=each.canary.cut(0, end).mean() - each.comparison.cut(0, end).mean(),
            n=int(each.canary.cut(0, end).scraped.sum()),
        )
        for metric, each in zip(case.metrics, arms, strict=True)
    )
    summary = f"{progress.passed} checks passed, {progress.failed} failed"
    return Outcome(case.id, progress.verdict, end - 1, (summary, *reasons), metrics)
