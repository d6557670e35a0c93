"""How far each parameter may move now: hard bounds, sliding bounds and the largest step, by the autopilot's code."""

from __future__ import annotations

import math
from dataclasses import replace

from controller.decide.bounds.adjust import Record, adjust
from controller.decide.bounds.bound import Bounds, Frame, Sliding, fitted
from controller.decide.bounds.limits import Limits, allowed_interval
from controller.decide.bounds.policy import BoundsPolicy
from controller.decide.bounds.width import default_floor
from controller.model import Verdict
from controller.trials.simulation.task import Box, Trial, Values
from exporter.parameter import ParameterSpec
from exporter.seconds import DAY

BEGAN = 1_704_067_200.0  # unix time of the first day, 2024-01-01 UTC; any time would do
FLOOR_SHARE = 0.1  # of the hard width, as in autopilot.yaml
KEPT = 10  # canaries of a parameter that its record holds
_JUDGED = (Verdict.PROCEED, Verdict.ROLLBACK, Verdict.INCONCLUSIVE)
_PROVEN = (Verdict.PROCEED, Verdict.ROLLBACK)
_Ended = tuple[Verdict, float | None]  # how a canary ended, and the error of its prediction


def clipped(values: Values, allowed: Box, base: Values) -> dict[str, float]:
    """Return the values nearest inside the box; what is missing or not a finite number stays as in `base`."""
    found = {}
    for name, (low, high) in allowed.items():
        try:
            value = float(values.get(name, base[name]))
        except (TypeError, ValueError, OverflowError):
            value = math.nan
        found[name] = min(max(value, low), high) if math.isfinite(value) else base[name]
    return found


class SlidingBox:
    """The boxes of all parameters through a run. What it knows stands in the journal: a crash loses none of it.

    Args:
        bounds: hard bounds.
        max_step: most that a change may move a parameter, as a share of its hard bounds' width.
        policy: how sliding bounds move; None when they do not.
    """

    def __init__(self, bounds: Box, max_step: float, policy: BoundsPolicy | None) -> None:
        self._hard = {name: Bounds(low, high) for name, (low, high) in bounds.items()}
        self._specs = {name: ParameterSpec(name, "float", low, high, low) for name, (low, high) in bounds.items()}
        self._max_step, self._policy = max_step, policy
        self._sliding = {name: Sliding(hard, since=BEGAN) for name, hard in self._hard.items()}
        self._ended: dict[str, list[_Ended]] = {name: [] for name in bounds}

    def allowed(self, values: Values, day: float) -> Box:
        """Return the box around the values in force, after the adjustments that are due by the clock's `day`."""
        found = {}
        for name, hard in self._hard.items():
            frame = Frame(hard, default_floor(hard.width, 0.0, FLOOR_SHARE), values[name])
            sliding = self._adjusted(name, frame, BEGAN + day * DAY)
            limits = Limits(
                spec=self._specs[name],
                value=values[name],
                sliding=sliding.bounds,
                overridden=False,
                max_step=self._max_step * hard.width,
                daily_limit=None,
            )
            interval = allowed_interval(limits)
            found[name] = (interval.low, interval.high)
        return found

    def note(self, trial: Trial, error: float | None) -> None:
        """Take note of how a canary ended, for every parameter that it moved.

        Args:
            trial: the canary.
            error: of its prediction of the primary response, beyond noise; None when there was none.
        """
        if trial.verdict not in _JUDGED:
            return
        for name in (name for name, value in trial.tried.items() if value != trial.base[name]):
            self._ended[name] = [*self._ended[name], (trial.verdict, error)][-KEPT:]
            if trial.verdict is Verdict.ROLLBACK:
                self._rolled_back(name, BEGAN + trial.day * DAY)

    def _rolled_back(self, name: str, now: float) -> None:
        sliding, hard = self._sliding[name], self._hard[name]
        floor = Frame(hard, default_floor(hard.width, 0.0, FLOOR_SHARE), hard.low).at_floor(sliding.bounds)
        more = sliding.rollbacks + (not floor)  # at the floor they are not saved up
        self._sliding[name] = replace(sliding, since=now, rollbacks=more)

    def _adjusted(self, name: str, frame: Frame, now: float) -> Sliding:
        sliding = replace(self._sliding[name], bounds=fitted(self._sliding[name].bounds, frame))
        due = None if self._policy is None else adjust(sliding, frame, self._record(name), self._policy, now)
        if due is not None and due.kind == "contracted":
            sliding = Sliding(due.bounds, now, 0, sliding.contractions + 1, now)
        elif due is not None:
            sliding = replace(sliding, bounds=due.bounds, rollbacks=0, contractions=0, adjusted_at=now)
        self._sliding[name] = sliding
        return sliding

    def _record(self, name: str) -> Record:
        ended = self._ended[name]
        return Record(
            tried=len(ended),
            good=sum(verdict is Verdict.PROCEED for verdict, _ in ended),
            errors=tuple(error for verdict, error in ended if error is not None and verdict in _PROVEN),
        )
