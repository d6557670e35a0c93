"""What `vvtvctl autopilot simulate` found, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from controller.trials.simulation.record import Happened
from controller.trials.simulation.seeds import Played
from controller.trials.simulation.setting import Setting
from controller.trials.simulation.summary import FIGURES, summary
from controller.trials.simulation.task import Trial


@dataclass(frozen=True)
class Asked:
    """What was asked for.

    Attributes:
        plant, proposer, faults: names as they were given.
        setting: how every run went.
        course: how many canaries of each seed are told; None for as many as suit.
    """

    plant: str
    proposer: str
    faults: str
    setting: Setting
    course: int | None


def document(asked: Asked, played: Sequence[Played]) -> dict[str, Any]:
    """Return it as plain values; every figure is finite or None."""
    together = summary([one.result for one in played])
    return {
        "plant": asked.plant,
        "proposer": asked.proposer,
        "level": asked.setting.level,
        "faults": asked.faults,
        "days": asked.setting.days,
        "canaries_per_day": asked.setting.canaries_per_day,
        "seeds": [_seed(asked, one) for one in played],
        "mean": {name: together[name].mean for name in FIGURES},
        "se": {name: together[name].se for name in FIGURES},
        "count": {name: together[name].count for name in FIGURES},
        "seconds_per_seed": sum(one.seconds for one in played) / len(played),
    }


def _seed(asked: Asked, one: Played) -> dict[str, Any]:
    found: dict[str, Any] = asdict(one.result)
    if asked.course is not None:
        ran = [(item, item.trial) for item in one.happened if item.trial is not None]
        found["course"] = [_canary(item, trial) for item, trial in ran[: asked.course]]
    return found


def _canary(item: Happened, trial: Trial) -> dict[str, Any]:
    return {
        "day": item.day,
        "base": dict(trial.base),
        "tried": dict(trial.tried),
        "predicted": {name: one._asdict() for name, one in item.idea.predicted.items()} if item.idea else {},
        "measured": {name: one._asdict() for name, one in trial.effects.items()},
        "true_gain": item.true_gain,
        "safe": item.safe,
        "verdict": str(trial.verdict),
        "reason": item.reason,
        "rationale": item.idea.rationale if item.idea else "",
    }
