"""A proposal in words: what changes, what it should do to every KPI, how likely a promotion is, what that rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping

from controller.counted import counted
from controller.decide.learner.aim import Aim
from controller.decide.learner.guard import Guard
from controller.decide.learner.learner import Learner
from controller.decide.learner.propose import Forecast, Proposal
from exporter.parameter import Value, shown

UNKNOWN = 0.01  # of its interval's width: an effect below it has no direction
MOSTLY = 0.5  # share of the worth from which not knowing is the reason


def rationale(proposal: Proposal, base: Mapping[str, Value], learner: Learner, aim: Aim) -> str:
    """Return why a change is proposed, in one line."""
    moves = ", ".join(
        f"{name} {shown(base[name])} -> {shown(value)}"
        for name, value in proposal.values.items()
        if value != base[name]
    )
    by_kpi = {one.kpi: one for one in proposal.forecasts}
    main = by_kpi[aim.primary]
    text = (
        f"{moves}: {_expected(main)}, a canary measures between {_number(main.low)} and {_number(main.high)} with 95 %"
    )
    if rails := [_kept(guard, by_kpi[guard.kpi], learner) for guard in aim.guards if guard.kpi in by_kpi]:
        text += f"; {', '.join(rails)}"
    text += f"; chance of a promotion {proposal.chance:.0%}; {_known(learner, aim)}"
    if proposal.sure_gain < MOSTLY * proposal.gain:
        text += "; mostly worth trying for what is not known yet"
    return f"{text}; best of {proposal.candidates} candidates"


def _expected(main: Forecast) -> str:
    """Return what is expected of the primary KPI; what is next to nothing in its interval has no direction."""
    if abs(main.effect) < UNKNOWN * (main.high - main.low):
        return f"nobody knows yet which way {main.kpi} goes"
    return f"{main.kpi} should change by {_number(main.effect)}"


def _kept(guard: Guard, forecast: Forecast, learner: Learner) -> str:
    """Return what is expected of a guardrail, and what it may at most."""
    bounds = [
        f"{name} {value:.4g}"
        for name, value in (("rise at most", guard.rise), ("fall at most", guard.fall))
        if math.isfinite(value)
    ]
    bounds += [f"limit {limit:.4g}" for limit in (guard.upper, guard.lower) if math.isfinite(limit)]
    known = "" if learner.responses[guard.kpi].measured else ", never measured"
    return f"{guard.kpi} by {_number(forecast.effect)} ({', '.join(bounds) or 'no limit'}{known})"


def _known(learner: Learner, aim: Aim) -> str:
    count = learner.responses[aim.primary].measured
    return f"learnt from {counted(count, 'canary', 'canaries')}" if count else "nothing is measured yet"


def _number(value: float) -> str:
    return f"{value + 0.0:+.3g}"
