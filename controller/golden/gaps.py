"""What no golden case exercises: levels of parameters, combinations of them, and kinds of input. Pure.

A case exercises the values that it fixes and, for the others, the defaults; a comparison those that it changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from controller.golden.case import Case
from controller.golden.features import FEATURES, WORDS, Feature, features
from controller.golden.levels import Level, level_of, levels
from exporter.parameter import ParameterSpec, shown
from exporter.parameters import ParameterSpecs, Value, Values

Combination = frozenset[Level]


@dataclass(frozen=True)
class Gaps:
    """What is not exercised.

    Attributes:
        ends: a parameter and its lowest or highest value, or one text of a choice.
        combinations: levels of one parameter, or of several together.
        inputs: a key of the input that holds a list, and what no such list is like.
        known: how many ends, combinations and kinds of input there are in all.
    """

    ends: tuple[tuple[str, Value], ...]
    combinations: tuple[Combination, ...]
    inputs: tuple[tuple[str, Feature], ...]
    known: int

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.ends) + len(self.combinations) + len(self.inputs)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield kind and words of each."""
        for name, value in self.ends:
            yield "bound", f"{name} = {shown(value)}"
        for combination in self.combinations:
            yield ("level" if len(combination) == 1 else "together"), words(combination)
        for key, feature in self.inputs:
            yield "input", f"{key}: {WORDS[feature]}"


def words(combination: Combination) -> str:
    """Return a combination in words."""
    return ", ".join(level.text for level in sorted(combination, key=lambda level: level.parameter))


def gaps(cases: Sequence[Case], specs: ParameterSpecs, ways: int = 2) -> Gaps:
    """Return what is not exercised, with the levels of up to `ways` parameters together."""
    seen = list(_values(cases, specs.defaults()))
    wanted_ends = [(spec.name, end) for spec in specs.specs for end in _ends(spec)]
    wanted = list(every(specs, ways))
    used = [frozenset(level_of(spec, values[spec.name]) for spec in specs.specs) for values in seen]
    lists = _lists(cases)
    wanted_inputs = [(key, feature) for key in lists for feature in FEATURES]
    return Gaps(
        ends=tuple((name, end) for name, end in wanted_ends if all(values[name] != end for values in seen)),
        combinations=tuple(one for one in wanted if not any(one <= levels_used for levels_used in used)),
        inputs=tuple((key, feature) for key, feature in wanted_inputs if feature not in lists[key]),
        known=len(wanted_ends) + len(wanted) + len(wanted_inputs),
    )


def every(specs: ParameterSpecs, ways: int) -> Iterator[Combination]:
    """Yield each combination of levels of one parameter, of two, up to `ways` parameters."""
    for size in range(1, min(ways, len(specs.specs)) + 1):
        for chosen in combinations(specs.specs, size):
            for one in product(*(levels(spec) for spec in chosen)):
                yield frozenset(one)


def _ends(spec: ParameterSpec) -> tuple[Value, ...]:
    return () if spec.kind == "choice" else (spec.check(spec.low), spec.check(spec.high))


def _values(cases: Sequence[Case], defaults: Values) -> Iterator[Values]:
    for case in cases:
        own = {**defaults, **case.parameters}
        yield own
        for other in case.expect.compare:
            yield {**own, **other.parameters}


def _lists(cases: Sequence[Case]) -> dict[str, set[Feature]]:
    """Return the keys of inputs that hold lists, and what those are like."""
    found: dict[str, set[Feature]] = {}
    for case in cases:
        for given in (case.input, *({**case.input, **other.input} for other in case.expect.compare)):
            for key, value in given.items():
                if isinstance(value, list):
                    found.setdefault(key, set()).update(features(value))
    return found
