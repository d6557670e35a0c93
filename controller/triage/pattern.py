"""Patterns: the same failure of the same subject, several times in a period."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from controller.triage.cases import Cases
from controller.triage.failure import Failure
from controller.triage.kinds import Kind
from controller.triage.strength import confidence


@dataclass(frozen=True)
class Signature:
    """What makes failures the same: their kind and their subject."""

    kind: Kind
    subject: str

    def __str__(self) -> str:
        """Return it in words."""
        return self.kind.text(self.subject)

    def fingerprint(self, service: str) -> str:
        """Return what names the pattern for ever, in issues and in the journal; 16 hexadecimal digits."""
        text = f"{service}\n{self.kind.name}\n{self.subject}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Pattern:
    """The same failure, several times. Times are unix seconds.

    Attributes:
        signature: what is the same.
        fingerprint: names it for ever.
        failures: of the period, the oldest first.
        of: in how many cases of the period it might have happened.
        kinds: how many kinds of such cases were looked at.
        begun_at: when the present run of it began: no longer than a period lies between two failures since then.
    """

    signature: Signature
    fingerprint: str
    failures: tuple[Failure, ...]
    of: int
    kinds: int
    begun_at: float

    @property
    def count(self) -> int:
        """How many times it happened in the period."""
        return len(self.failures)

    @property
    def newest(self) -> Failure:
        """The newest failure."""
        return self.failures[-1]

    @property
    def cycles(self) -> tuple[int, ...]:
        """Numbers of the cycles in which it happened."""
        found = (failure.around.cycle for failure in self.failures)
        return tuple(dict.fromkeys(cycle for cycle in found if cycle is not None))

    @property
    def confidence(self) -> float:
        """How sure it is that more than the kind's share of such cases fail; see triage.strength."""
        return confidence(self.count, max(self.of, self.count), self.signature.kind.share, self.kinds)

    def __str__(self) -> str:
        """Return it in a sentence."""
        return f"{self.signature}: {self.count} of {max(self.of, self.count)} {self.signature.kind.case}"


def by_signature(failures: Iterable[Failure]) -> Mapping[Signature, tuple[Failure, ...]]:
    """Return failures by what makes them the same, each in the order given."""
    found: dict[Signature, list[Failure]] = {}
    for failure in failures:
        for subject in failure.subjects:
            found.setdefault(Signature(failure.kind, subject), []).append(failure)
    return {signature: tuple(same) for signature, same in found.items()}


def patterns(
    failures: Sequence[Failure], known: Cases, service: str, period: tuple[float, float], least: int
) -> tuple[Pattern, ...]:
    """Return what happened at least `least` times in a period, the most frequent first.

    Args:
        failures: all that are known, of earlier times as well, in the order of time.
        known: the cases of the period.
        service: the piloted service.
        period: its begin and end, unix seconds.
        least: how many of the same are a pattern.
    """
    found = []
    since, until = period
    recent = by_signature(failure for failure in failures if since <= failure.at <= until)
    seen = _seen(recent)
    for signature, same in by_signature(failures).items():
        inside = recent.get(signature, ())
        if len(inside) < least:
            continue
        kinds = known.possible(signature.kind.case, least) or seen[signature.kind.name]
        begun = _run(tuple(failure.at for failure in same if failure.at <= until), until - since)
        of = known.of(signature.kind, signature.subject)
        found.append(Pattern(signature, signature.fingerprint(service), inside, of, kinds, begun))
    return tuple(sorted(found, key=lambda one: (-one.count, str(one.signature))))


def _seen(recent: Mapping[Signature, Sequence[Failure]]) -> dict[str, int]:
    """Return how many subjects of each kind failed at all."""
    counts: dict[str, int] = {}
    for signature in recent:
        counts[signature.kind.name] = counts.get(signature.kind.name, 0) + 1
    return counts


def _run(times: Sequence[float], gap: float) -> float:
    """Return since when no more than `gap` seconds lie between any two of the last times."""
    begun = times[-1]
    for at in reversed(times):
        if begun - at > gap:
            break
        begun = at
    return begun
