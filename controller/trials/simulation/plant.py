"""A plant: a service whose true responses are known. Ours are in plants/, anybody may bring another one.

A plant is any object with these attributes; a user's file gives a `FACTORY(seed: int)` that makes one.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from typing import Any, Protocol

from controller.errors import ConfigError
from controller.trials.simulation.raised import raised
from controller.trials.simulation.task import Box, Values


class Plant(Protocol):
    """A service under simulation; more of the primary response is better.

    Attributes:
        bounds: hard bounds (low, high) of every parameter, low < high.
        start: values in force at the beginning, inside the bounds.
        primary: name of the response to maximise.
        guardrails: upper limit of every guarded response.
        canary_se: standard error of an effect as one full canary measures it.
    """

    bounds: dict[str, tuple[float, float]]
    start: dict[str, float]
    primary: str
    guardrails: dict[str, float]
    canary_se: float

    def response(self, values: dict[str, float], day: float) -> dict[str, float]:
        """Return the true mean of every response."""
        ...

    def best(self, day: float) -> float:
        """Return the highest primary response whose guardrails are all within their limits."""
        ...


NEEDED = ("bounds", "start", "primary", "guardrails", "canary_se", "response", "best")
SAME = 1e-6  # of canary_se: what two answers to one question may differ by


class CheckedPlant:
    """A plant behind checks: what it is asked for comes back complete and finite, or as a ConfigError that says what.

    Args:
        plant: somebody's object.
        name: what to call it in messages.

    Raises:
        ConfigError: an attribute is missing, of the wrong type, not finite, or contradicts another; or the response
            to the start values is not the same when asked for twice.
    """

    def __init__(self, plant: object, name: str) -> None:
        self._plant: Any = plant
        self._name = name
        found = {key: self._attribute(key) for key in NEEDED}
        for key in ("response", "best"):
            if not callable(found[key]):
                raise self._wrong(f"{key} is {type(found[key]).__name__}; a method is needed")
        self.bounds: Box = self._bounds(found["bounds"])
        self.start: Values = self._start(found["start"])
        self.primary = self._primary(found["primary"])
        self.limits = self._numbers(found["guardrails"], "guardrails")
        if self.primary in self.limits:
            raise self._wrong(f"{self.primary!r} cannot be the primary response and a guardrail")
        self.canary_se = self._number(found["canary_se"], "canary_se")
        if self.canary_se <= 0:
            raise self._wrong(f"canary_se is {self.canary_se:g}; it must be above 0")
        self._best: dict[float, float] = {}
        self._check_answers()

    def response(self, values: Values, day: float) -> dict[str, float]:
        """Return the true mean of the primary response and of every guardrail. Raises ConfigError."""
        where = f"response({_shown(values)}, day={day:g})"
        try:
            found = self._plant.response(dict(values), day)
        except (Exception, SystemExit) as error:  # a plant is somebody else's code: what it raises is its message
            raise self._wrong(f"{where} {raised(error)}") from error
        if not isinstance(found, Mapping):
            raise self._wrong(f"{where} answered {type(found).__name__}; a dict of responses by name is needed")
        wanted = (self.primary, *self.limits)
        if missing := [key for key in wanted if key not in found]:
            raise self._wrong(f"{where} answered no {missing[0]!r}{_nearest(missing[0], found)}")
        return {key: self._number(found[key], f"{where}: {key!r}") for key in wanted}

    def best(self, day: float) -> float:
        """Return the best safe primary response; asked once per day value. Raises ConfigError."""
        if day not in self._best:
            try:
                found = self._plant.best(day)
            except (Exception, SystemExit) as error:  # likewise
                raise self._wrong(f"best(day={day:g}) {raised(error)}") from error
            self._best[day] = self._number(found, f"best(day={day:g})")
        return self._best[day]

    def safe(self, response: Mapping[str, float]) -> bool:
        """Whether every guardrail of a response is within its limit."""
        return all(response[name] <= limit for name, limit in self.limits.items())

    def _check_answers(self) -> None:
        first, second = (self.response(self.start, 0.0) for _ in range(2))
        for name, value in first.items():
            if abs(value - second[name]) > SAME * self.canary_se:
                raise self._wrong(
                    f"response to the start values answered {name!r} as {value:g} and then as {second[name]:g}; it "
                    "must be the true mean, always the same: the simulation adds the noise of canary_se"
                )
        if self.safe(first) and first[self.primary] > self.best(0.0) + self.canary_se:
            raise self._wrong(
                f"best(day=0) is {self.best(0.0):g}, but the start values are safe and give {first[self.primary]:g}; "
                "best must be the highest primary response that keeps every limit"
            )

    def _attribute(self, key: str) -> object:
        try:
            return getattr(self._plant, key)
        except AttributeError:
            hint = "docs/simulation.md says what a plant needs"
            if self._plant is None:
                raise self._wrong("the factory returned None instead of a plant") from None
            raise self._wrong(f"{key!r} is missing in {type(self._plant).__name__}; {hint}") from None
        except Exception as error:  # a property is somebody else's code too
            raise self._wrong(f"{key!r} {raised(error)}") from error

    def _bounds(self, found: object) -> dict[str, tuple[float, float]]:
        if not isinstance(found, Mapping) or not found:
            raise self._wrong("bounds must name at least one parameter: {name: (low, high)}")
        bounds = {}
        for name, pair in found.items():
            where = f"bounds of {self._key(name, 'bounds')!r}"
            try:
                low, high = pair
            except (TypeError, ValueError):
                raise self._wrong(f"{where} are {pair!r}, not (low, high)") from None
            low, high = self._number(low, f"{where}: low"), self._number(high, f"{where}: high")
            if not low < high:
                raise self._wrong(f"{where} are ({low:g}, {high:g}): low must be below high")
            bounds[str(name)] = (low, high)
        return bounds

    def _start(self, found: object) -> dict[str, float]:
        start = self._numbers(found, "start")
        if odd := sorted(set(start) ^ set(self.bounds)):
            here, there = ("start", "bounds") if odd[0] in start else ("bounds", "start")
            raise self._wrong(f"{odd[0]!r} stands in {here} but not in {there}; both must name every parameter")
        for name, value in start.items():
            low, high = self.bounds[name]
            if not low <= value <= high:
                raise self._wrong(f"start of {name!r} is {value:g}, outside its bounds ({low:g}, {high:g})")
        return {name: start[name] for name in self.bounds}

    def _primary(self, found: object) -> str:
        if not isinstance(found, str) or not found:
            raise self._wrong(f"primary is {found!r}; it must be the name of a response")
        return found

    def _numbers(self, found: object, where: str) -> dict[str, float]:
        if not isinstance(found, Mapping):
            raise self._wrong(f"{where} is {type(found).__name__}; a dict of numbers by name is needed")
        return {self._key(key, where): self._number(value, f"{where}: {key!r}") for key, value in found.items()}

    def _key(self, key: object, where: str) -> str:
        if not isinstance(key, str):
            raise self._wrong(f"{where}: {key!r} is no name; names must be text")
        return key

    def _number(self, value: Any, where: str) -> float:
        try:
            number = math.nan if isinstance(value, (str, bytes)) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise self._wrong(f"{where} is {value!r}, not a finite number")
        return number

    def _wrong(self, text: str) -> ConfigError:
        return ConfigError(f"plant {self._name}: {text}")


def _nearest(wanted: str, known: Mapping[Any, object]) -> str:
    near = difflib.get_close_matches(wanted, [str(name) for name in known], n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _shown(values: Values) -> str:
    return "{" + ", ".join(f"{name}: {value:.4g}" for name, value in values.items()) + "}"
