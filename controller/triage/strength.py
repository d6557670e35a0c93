"""How strong counts are as evidence: Fisher's exact test, the limit for many tests at once, and confidence.

A claim that something goes with something else comes from a table of counts

                     failed   did not
    with feature       a         b
    without it         c         d

and is Fisher's one-sided exact p-value: the chance of `a` or more when failures fall at random on the cases. When many
tables are looked at, some look striking by accident. The limit is Tarone's (1990): tables that could not reach
level / k whatever they hold do not count, k is the smallest number for which at most k tables are left, and a claim
needs p <= level / k. The chance of one false claim or more among all of them is then below `level`.

Confidence that more than a share `s` of cases fail, after k of n failed, starting from not knowing anything (a uniform
belief): P(Beta(k + 1, n - k + 1) > s) = P(Bin(n + 1, s) <= k). For m kinds of cases looked at, m times what is missing
to 1 is taken off.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SUREST = 0.99  # more is told of no confidence: the counts behind it are of few cases, and of the past


@dataclass(frozen=True)
class Table:
    """Counts of cases: with the feature `a` failed and `b` did not, without it `c` and `d`."""

    a: int
    b: int
    c: int
    d: int

    @property
    def lift(self) -> float:
        """How many times the share of failures is with the feature of what it is without; inf when it is 0 without."""
        without = self.c / (self.c + self.d) if self.c + self.d else math.nan
        share = self.a / (self.a + self.b) if self.a + self.b else math.nan
        return share / without if without else (math.inf if share > 0 else math.nan)

    @property
    def p(self) -> float:
        """Fisher's one-sided p-value."""
        most = min(self.a + self.b, self.a + self.c)
        return min(1.0, math.fsum(self._chance(count) for count in range(self.a, most + 1)))

    @property
    def least_p(self) -> float:
        """The smallest p-value that a table with the same sums could have."""
        return self._chance(min(self.a + self.b, self.a + self.c))

    def _chance(self, count: int) -> float:
        """Return the hypergeometric chance of `count` failures with the feature."""
        having, failed, every = self.a + self.b, self.a + self.c, self.a + self.b + self.c + self.d
        if not max(0, having + failed - every) <= count <= min(having, failed):
            return 0.0
        logs = _log_choose(failed, count) + _log_choose(every - failed, having - count) - _log_choose(every, having)
        return math.exp(logs)


def _log_choose(many: int, few: int) -> float:
    return math.lgamma(many + 1) - math.lgamma(few + 1) - math.lgamma(many - few + 1)


def looked_at(tables: Sequence[Table], level: float) -> int:
    """Return Tarone's k: by how many tests the level is divided; 0 when no table could reach it."""
    smallest = sorted(table.least_p for table in tables)
    for many in range(1, len(smallest) + 1):
        if sum(p <= level / many for p in smallest) <= many:
            return many
    return len(smallest)


def confidence(failed: int, of: int, share: float, kinds: int = 1) -> float:
    """Return how sure it is, 0 to 1, that more than `share` of such cases fail, `kinds` kinds of cases looked at."""
    if not 0 <= failed <= of:
        raise ValueError(f"{failed} of {of} cases cannot have failed")
    if not 0 < share < 1:
        raise ValueError(f"share {share} must lie between 0 and 1")
    many = of + 1
    terms = (
        math.exp(_log_choose(many, count) + count * math.log(share) + (many - count) * math.log1p(-share))
        for count in range(failed + 1, many + 1)
    )
    return max(0.0, 1.0 - max(kinds, 1) * min(1.0, math.fsum(terms)))


def digits(confidence: float) -> str:
    """Return a confidence as people read it: in two digits, and never as certainty."""
    return f">{SUREST}" if confidence > SUREST else f"{confidence:.2f}"
