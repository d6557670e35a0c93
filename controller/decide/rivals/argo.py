"""Argo Rollouts' analysis run: fixed conditions, a count of measurements, limits for failed and inconclusive ones.

A metric fails at more than `failure_limit` failed measurements, is inconclusive at more than `inconclusive_limit`
inconclusive ones, and errs at more than `consecutive_error_limit` errors in a row; otherwise it is successful when it
has its count. Failures are counted over the whole run; an error does not use up the count and is retried soon. The
first metric that ends badly ends the run. With failure probability q: P(failed) = P(Bin(count, q) > failure_limit).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

import numpy as np

from controller.decide.case import Case, MetricCase, MetricOutcome, Outcome
from controller.decide.rivals import answer, series
from controller.decide.rivals.limits import Limits, Tolerance, all_limits
from controller.model import Verdict


class Phase(IntEnum):
    """State of a measurement, a metric or a run; the higher the worse."""

    SUCCESSFUL = 0
    RUNNING = 1
    INCONCLUSIVE = 2
    ERROR = 3
    FAILED = 4


VERDICTS = {
    Phase.SUCCESSFUL: Verdict.PROCEED,
    Phase.INCONCLUSIVE: Verdict.INCONCLUSIVE,
    Phase.ERROR: Verdict.BLIND,
    Phase.FAILED: Verdict.ROLLBACK,
}


@dataclass(frozen=True)
class ArgoSettings:
    """An analysis template's settings.

    Attributes:
        interval: points per measurement.
        count: measurements per metric.
        failure_limit: failed measurements that are tolerated.
        inconclusive_limit: inconclusive ones.
        consecutive_error_limit: errors in a row.
        error_retry: points until a measurement that erred is tried again (10 s in Argo).
        success: limits of the success condition; None: only the failure condition is written, and NaN is successful.
        failure: limits beyond which the failure condition holds; None: whatever is no success has failed.
    """

    interval: int = 24
    count: int = 10
    failure_limit: int = 0
    inconclusive_limit: int = 0
    consecutive_error_limit: int = 4
    error_retry: int = 1
    success: Tolerance | None = field(default_factory=Tolerance)
    failure: Tolerance | None = None

    def __post_init__(self) -> None:
        if min(self.interval, self.error_retry) < 1:
            raise ValueError(f"interval {self.interval}, error_retry {self.error_retry}: each must be at least 1 point")


@dataclass(frozen=True)
class Tally:
    """A metric's measurements so far: counts of all, but of errors only those in a row; and its phase."""

    successful: int = 0
    failed: int = 0
    inconclusive: int = 0
    errors: int = 0
    phase: Phase = Phase.RUNNING


def measured(tally: Tally, found: Phase, settings: ArgoSettings) -> Tally:
    """Return the metric after one more measurement."""
    tally = Tally(
        successful=tally.successful + (found is Phase.SUCCESSFUL),
        failed=tally.failed + (found is Phase.FAILED),
        inconclusive=tally.inconclusive + (found is Phase.INCONCLUSIVE),
        errors=tally.errors + 1 if found is Phase.ERROR else 0,
    )
    if tally.errors > settings.consecutive_error_limit:
        return replace(tally, phase=Phase.ERROR)
    if tally.inconclusive > settings.inconclusive_limit:
        return replace(tally, phase=Phase.INCONCLUSIVE)
    if tally.failed > settings.failure_limit:
        return replace(tally, phase=Phase.FAILED)
    done = tally.successful + tally.failed + tally.inconclusive >= settings.count
    return replace(tally, phase=Phase.SUCCESSFUL) if done else tally


def evaluate(value: float, success: Limits | None, failure: Limits | None) -> Phase:
    """Return what a measured value, possibly NaN, is under the conditions; NaN compares false with everything."""
    failed = failure is not None and not np.isnan(value) and not failure.keep(value)
    good = success is None or success.keep(value)
    if failed or (failure is None and not good):
        return Phase.FAILED
    return Phase.SUCCESSFUL if good else Phase.INCONCLUSIVE


@dataclass(frozen=True)
class Argo:
    """The judge."""

    settings: ArgoSettings = ArgoSettings()

    def __call__(self, case: Case) -> Outcome:
        """Judge a case by measuring through its points; a run that the rollout's end terminates is successful."""
        if not case.metrics:
            return answer.blind(case, None, "the case has no metric to judge")
        conditions = self._conditions(case)
        if isinstance(conditions, str):
            return answer.blind(case, None, f"{conditions}: no history to set a limit by")
        points = min(series.length(case), case.planned)
        arms = [series.arms(metric, points) for metric in case.metrics]
        runs = [self._run(each.canary, *condition) for each, condition in zip(arms, conditions, strict=True)]
        bad = [(end, -tally.phase) for tally, end in runs if tally.phase not in {Phase.SUCCESSFUL, Phase.RUNNING}]
        running = any(tally.phase is Phase.RUNNING for tally, _ in runs)
        if not bad and running and points < case.planned:
            return answer.undecided(case, f"the run needs more than {points} points")
        end, worst = min(bad) if bad else (points if running else max(end for _, end in runs), -Phase.SUCCESSFUL)
        reasons = [_reason(metric, tally) for metric, (tally, _) in zip(case.metrics, runs, strict=True)]
        if not bad and running:
            reasons.append("terminated at the planned end, which counts as successful")
        metrics = tuple(_numbers(m, each, end) for m, each in zip(case.metrics, arms, strict=True))
        return Outcome(case.id, VERDICTS[Phase(-worst)], end - 1, tuple(reasons), metrics)

    def _conditions(self, case: Case) -> list[tuple[Limits | None, Limits | None]] | str:
        """Return success and failure limits per metric, or the name of a metric without history."""
        sides: list[tuple[Limits, ...] | tuple[None, ...]] = []
        for tolerance in (self.settings.success, self.settings.failure):
            if tolerance is None:
                sides.append((None,) * len(case.metrics))
                continue
            limits = all_limits(tolerance, case.metrics)
            if isinstance(limits, str):
                return limits
            sides.append(limits)
        return list(zip(*sides, strict=True))

    def _run(self, canary: series.Arm, success: Limits | None, failure: Limits | None) -> tuple[Tally, int]:
        """Return a metric's tally and the point count at which it ended, or at which the points did."""
        tally, end = Tally(), self.settings.interval
        while end <= len(canary):
            window = canary.cut(end - self.settings.interval, end)
            found = evaluate(window.mean(), success, failure) if window.scraped.any() else Phase.ERROR
            tally = measured(tally, found, self.settings)
            if tally.phase is not Phase.RUNNING:
                return tally, end
            end += self.settings.error_retry if found is Phase.ERROR else self.settings.interval
        return tally, len(canary)


def _reason(metric: MetricCase, tally: Tally) -> str:
    return (
        f"{metric.name}: {tally.phase.name.lower()}: {tally.successful} successful, {tally.failed} failed, "
        f"{tally.inconclusive} inconclusive, {tally.errors} errors in a row"
    )


def _numbers(metric: MetricCase, arms: series.Arms, end: int) -> MetricOutcome:
    seen = arms.cut(0, end)
    estimate = seen.canary.mean() - seen.comparison.mean()
    return MetricOutcome(metric.name, estimate=estimate, n=int(seen.canary.scraped.sum()))
