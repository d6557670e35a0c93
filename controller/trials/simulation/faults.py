"""What goes wrong during the days: how often each fault strikes, and what strikes at one opportunity.

* canary: it breaks: a blind verdict at its planned end; nothing is learnt;
* golden: the golden cases refuse what was proposed: no canary;
* prometheus: an outage, in half of the cases before the levels are read (no levels, no canary), else in the canary,
  which is blind and waits for its planned end in vain;
* crash: the controller dies in the canary: the arms fall back when the lease is over, the canary is blind, and the
  proposer is made anew from what was recorded;
* timeout: the canary is cut short: inconclusive unless it was decided before, with what it measured by then;
* clock: the clock is hours wrong, ahead or behind, at this one opportunity.
"""

from __future__ import annotations

import difflib
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np

from controller.errors import ConfigError

STREAM = 3  # of the generator's seeds: faults depend on nothing that a proposer does
MOST_HOURS = 36.0  # by which a clock is wrong
LEAST_PART = 0.1  # of a canary's planned length: nothing ends it before


class Struck(NamedTuple):
    """What strikes at one opportunity.

    Attributes:
        names: of the faults; at most one of those that end a canary.
        early: whether an outage begins before the levels are read.
        part: of the canary's planned length after which it is cut short.
        clock: hours by which the clock is ahead; negative when it is behind, 0 when it is right.
    """

    names: frozenset[str] = frozenset()
    early: bool = False
    part: float = 1.0
    clock: float = 0.0

    def ending(self) -> str | None:
        """Return the fault that will end a canary, None when nothing will."""
        found = [name for name in ("canary", "prometheus", "crash", "timeout") if name in self.names]
        return found[0] if found else None


@dataclass(frozen=True)
class Faults:
    """Chance of each fault, per opportunity.

    Raises:
        ConfigError: a chance is not between 0 and 1.
    """

    canary: float = 0.0
    golden: float = 0.0
    prometheus: float = 0.0
    crash: float = 0.0
    timeout: float = 0.0
    clock: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no chance."""
        for name, chance in asdict(self).items():
            if not 0 <= chance <= 1:
                raise ConfigError(f"faults: {name} is {chance:g}; a chance lies between 0 and 1")

    def strike(self, seed: int, index: int) -> Struck:
        """Return what strikes at opportunity `index` of a run; the same whoever proposes."""
        rng = np.random.default_rng([seed, STREAM, index])
        chances = asdict(self)
        drawn = rng.random(len(chances))
        names = frozenset(name for name, draw in zip(chances, drawn.tolist(), strict=True) if draw < chances[name])
        early, part = bool(rng.random() < 0.5), float(rng.uniform(LEAST_PART, 1.0))  # noqa: PLR2004 - every other
        clock = float(rng.uniform(1.0, MOST_HOURS)) * (1 if rng.random() < 0.5 else -1)  # noqa: PLR2004
        return Struck(names, early, part, clock if "clock" in names else 0.0)


def _all(chance: float) -> Faults:
    return Faults(chance, chance, chance, chance, chance, chance)


PRESETS = {"none": _all(0.0), "some": _all(0.02), "many": _all(0.1)}


def preset(name: str) -> Faults:
    """Return faults by name. Raises ConfigError for an unknown one, with the nearest."""
    if name not in PRESETS:
        near = difflib.get_close_matches(name, PRESETS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(PRESETS)}"
        raise ConfigError(f"unknown faults {name!r}{hint}")
    return PRESETS[name]
