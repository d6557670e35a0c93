"""Policies by name: ours, ours with other settings, or another tool's rebuilt judge."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from controller.decide import sequence
from controller.decide.case import Case, Judge, Outcome
from controller.decide.policy import Policy
from controller.decide.rivals import RIVALS
from controller.decide.rivals.argo import Argo
from controller.decide.rivals.flagger import Flagger
from controller.decide.rivals.kayenta import Kayenta
from controller.decide.score import LEAST
from controller.errors import ConfigError

OURS = "ours"
REGISTERED = 240  # points of the canary that the registry's intervals are made for


@dataclass(frozen=True)
class Contender:
    """A judge with the plan and the error rate that it is given.

    Attributes:
        name: as it was written.
        judge: answers a case.
        planned: points at the planned end.
        alpha: chance of a false decision that is accepted.
        seeks_benefit: whether its `proceed` claims a benefit; other tools promote unless they see harm.
    """

    name: str
    judge: Judge
    planned: int
    alpha: float
    seeks_benefit: bool

    def __call__(self, case: Case) -> Outcome:
        """Judge a case by this plan and error rate, whatever it says itself."""
        return self.judge(replace(case, planned=self.planned, alpha=self.alpha))


def contender(spec: str, base: Policy) -> Contender:
    """Return the policy that is meant by `ours`, `ours:alpha=0.01,planned=120`, `welch`, ...

    Args:
        spec: name, and settings after a colon.
        base: what is configured.

    Raises:
        ConfigError: an unknown name or setting, with the nearest one; or a value that is none.
    """
    name, colon, settings = spec.partition(":")
    if name in RIVALS:
        if colon:
            raise ConfigError(f"--policy {spec!r}: {name} takes no settings, only {OURS} does; write --policy {name}")
        return Contender(name, fitted(RIVALS[name], base.planned), base.planned, base.alpha, seeks_benefit=False)
    if name != OURS:
        raise ConfigError(f"--policy {spec!r}: {_unknown(name, (OURS, *RIVALS))}")
    policy = _changed(spec, settings, base) if colon else base

    def judge(case: Case) -> Outcome:
        return sequence.judge(case, policy)

    return Contender(spec, judge, policy.planned, policy.alpha, seeks_benefit=True)


def fitted(judge: Judge, planned: int) -> Judge:
    """Return another tool's judge with as many checks in a canary of `planned` points as the registry gives it."""
    if isinstance(judge, Flagger):
        return Flagger(replace(judge.settings, interval=_scaled(judge.settings.interval, planned)))
    if isinstance(judge, Argo):
        return Argo(replace(judge.settings, interval=_scaled(judge.settings.interval, planned)))
    if isinstance(judge, Kayenta) and judge.settings.interval is not None:
        return Kayenta(replace(judge.settings, interval=_scaled(judge.settings.interval, planned)))
    return judge


def _scaled(interval: int, planned: int) -> int:
    """Return an interval as the same share of the plan, rounded down so that no check falls beyond the end."""
    return max(1, interval * planned // REGISTERED)


def _unknown(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=2)
    hint = f"did you mean {' or '.join(repr(found) for found in near)}?" if near else f"there are {', '.join(known)}"
    return f"unknown name {name!r}; {hint}"


def _share(value: float) -> bool:
    return 0 < value < 1


def _share_or_zero(value: float) -> bool:
    return 0 <= value < 1


def _count(value: float) -> bool:
    return value >= LEAST and value == int(value)


def _first(value: float) -> bool:
    return value >= 1 and value == int(value)


_ALLOWED: dict[str, tuple[Callable[[float], bool], str]] = {
    "alpha": (_share, "a share between 0 and 1"),
    "planned": (_count, f"a whole number of points, at least {LEAST}"),
    "minimum_harm": (_first, "a whole number of points"),
    "minimum_proceed": (_first, "a whole number of points"),
    "minimum_history": (_count, f"a whole number of points, at least {LEAST}"),
    "futility_power": (_share_or_zero, "a share from 0 up to 1"),
    "minimum_coverage": (_share_or_zero, "a share from 0 up to 1"),
    "minimum_traffic": (_share_or_zero, "a share from 0 up to 1"),
    "mismatch": (lambda value: value > 0, "a number above 0"),
}


def _changed(spec: str, settings: str, base: Policy) -> Policy:
    kinds = {field.name: type(getattr(base, field.name)) for field in fields(base) if field.name in _ALLOWED}
    found: dict[str, float] = {}
    for part in settings.split(","):
        key, _, text = (piece.strip() for piece in part.partition("="))
        if key not in kinds:
            raise ConfigError(f"--policy {spec!r}: {_unknown(key, tuple(kinds))}")
        fits, wanted = _ALLOWED[key]
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or not fits(value):
            raise ConfigError(f"--policy {spec!r}: {key} must be {wanted}, like {key}={getattr(base, key):g}")
        found[key] = kinds[key](value)
    return replace(base, **found)  # type: ignore[arg-type]  # each has its field's own type
