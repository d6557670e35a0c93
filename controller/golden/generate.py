"""Cases that fill gaps: the values and inputs that no case exercises, in the image of the cases there are. Pure.

What such a case must answer is asked of the subject afterwards, for somebody to review: a generated expectation says
what the code does, not what it should do.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from controller.errors import ConfigError
from controller.golden.case import Case, Expectation
from controller.golden.features import WORDS, made
from controller.golden.gaps import Combination, Gaps, words
from controller.golden.levels import Level, levels
from exporter.parameters import ParameterSpecs, Values

SEED = 1


def fill(cases: Sequence[Case], specs: ParameterSpecs, found: Gaps) -> tuple[Case, ...]:
    """Return cases without expectations that together exercise what is missing; always the same ones.

    Raises:
        ConfigError: there is no case to take after.
    """
    if not cases:
        raise ConfigError("there is no golden case to take after: write one by hand, then generate the others")
    pattern = _pattern(cases)
    taken = {case.name for case in cases}
    made_cases: list[Case] = []
    rng = random.Random(SEED)  # noqa: S311 - test data
    for key, feature in found.inputs:
        items = made(feature, pattern.input.get(key, []), rng)
        if items or feature == "empty":
            given = {**pattern.input, key: items}
            made_cases.append(_case(f"{key}: {WORDS[feature]}", given, specs.defaults(), taken))
    for combination in _covering(specs, found):
        chosen = {level.parameter: level.value for level in combination}
        values = {name: chosen[name] for name in specs.names}
        made_cases.append(_case(words(combination), _seeded(pattern.input, len(made_cases) + 1), values, taken))
    return tuple(made_cases)


def _pattern(cases: Sequence[Case]) -> Case:
    """Return the case whose longest list is nearest to twenty items: enough to select from, few enough to read."""

    def length(case: Case) -> int:
        return max((len(value) for value in case.input.values() if isinstance(value, list)), default=0)

    return min(cases, key=lambda case: abs(length(case) - 20))


def _seeded(given: dict[str, Any], number: int) -> dict[str, Any]:
    """Return an input with a seed of its own, if it has one."""
    return {**given, "seed": number} if isinstance(given.get("seed"), int) else given


def _case(name: str, given: dict[str, Any], values: Values, taken: set[str]) -> Case:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free)
    return Case(name=free, input=given, parameters=values, expect=Expectation())


def _covering(specs: ParameterSpecs, found: Gaps) -> list[Combination]:
    """Return few complete combinations that hold every missing one: each takes the level that fills most gaps."""
    missing = [*found.combinations]
    for name, value in found.ends:
        missing += [frozenset({level}) for level in levels(specs.get(name)) if level.value == value]
    chosen: list[Combination] = []
    while missing:
        one = _completed(missing[0], specs, missing)
        chosen.append(one)
        missing = [combination for combination in missing if not combination <= one]
    return chosen


def _completed(start: Combination, specs: ParameterSpecs, missing: Sequence[Combination]) -> Combination:
    have: set[Level] = set(start)
    for spec in specs.specs:
        if any(level.parameter == spec.name for level in have):
            continue

        def filled(level: Level) -> int:
            return sum(combination <= have | {level} for combination in missing)

        have.add(max(levels(spec), key=filled))
    return frozenset(have)
